//! One way to misbehave a file.

mod bare_code;
mod bare_lf;
mod closes;
mod closes_every_two;
mod drips;
mod extra_reply;
mod forgets_group;
mod full_mailbox;
mod full_queue;
mod garbage;
mod greylists;
mod half_reply;
mod half_silence;
mod idle_shutdown;
mod injects;
mod latin1;
mod long_line;
mod loses_place;
mod many_lines;
mod mixed_codes;
mod multi_line;
mod no_ehlo;
mod nobody_listens;
mod nobody_there;
mod nobody_yet_354;
mod other_certificate;
mod password;
mod password_expires;
mod pipelining_gone;
mod quota;
mod refuses_text;
mod rejects;
mod resets;
mod sender_yet_354;
mod shutdown;
mod split_reply;
mod stalls;
mod strips_tls;
mod throttles;
mod too_large;
mod too_late;
mod twice;
mod vanishing;
mod wrong_reply;

use super::fault::Fault;

/// All of them, in the order of the table.
pub(super) fn all() -> Vec<Fault> {
    vec![
        nobody_listens::fault(),
        full_queue::fault(),
        closes::fault(),
        resets::fault(),
        stalls::fault(),
        too_late::fault(),
        half_reply::fault(),
        half_silence::fault(),
        shutdown::fault(),
        idle_shutdown::fault(),
        closes_every_two::fault(),
        garbage::fault(),
        long_line::fault(),
        many_lines::fault(),
        mixed_codes::fault(),
        wrong_reply::fault(),
        extra_reply::fault(),
        twice::fault(),
        bare_code::fault(),
        latin1::fault(),
        bare_lf::fault(),
        multi_line::fault(),
        split_reply::fault(),
        drips::fault(),
        no_ehlo::fault(),
        vanishing::fault(),
        forgets_group::fault(),
        loses_place::fault(),
        nobody_yet_354::fault(),
        sender_yet_354::fault(),
        pipelining_gone::fault(),
        injects::fault(),
        strips_tls::fault(),
        other_certificate::fault(),
        password::fault(),
        password_expires::fault(),
        throttles::fault(),
        quota::fault(),
        greylists::fault(),
        full_mailbox::fault(),
        nobody_there::fault(),
        rejects::fault(),
        too_large::fault(),
        refuses_text::fault(),
    ]
}
