#!/usr/bin/env perl
# Has Debian's Mail::DKIM judge the RSA signature of captured messages:
# judge-signatures.pl KEYS FOLDER…
# KEYS is as for judge-signatures.py. This version of it knows no Ed25519.
use strict;
use warnings;
use File::Find;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS;

my ($keys, @folders) = @ARGV;
my %record;
open my $list, '<', $keys or die "$keys: $!";
while (<$list>) {
    chomp;
    my ($name, $value) = split /\t/, $_, 2;
    $record{$name} = $value;
}

# In the place of the DNS.
no warnings 'redefine';
*Mail::DKIM::DNS::query_async = sub {
    my ($name, $type, %options) = @_;
    my @found;
    if (defined $record{$name}) {
        @found = Net::DNS::RR->new(name => $name, type => 'TXT', txtdata => [$record{$name} =~ /(.{1,255})/g]);
    }
    my @result = $options{Callbacks}{Success}->(@found);
    return sub { wantarray ? @result : $result[0] };
};
use warnings 'redefine';

# Whether every RSA signature passes, and how many there are.
sub judge {
    my ($text) = @_;
    my $verifier = Mail::DKIM::Verifier->new;
    $verifier->PRINT($text);
    $verifier->CLOSE;
    my @rsa = grep { ($_->algorithm // '') eq 'rsa-sha256' } $verifier->signatures;
    return (!grep({ $_->result ne 'pass' } @rsa), scalar @rsa, join ', ', map { $_->result_detail } @rsa);
}

my ($messages, $passed, $wrong) = (0, 0, 0);
find({ no_chdir => 1, wanted => sub {
    return unless /\.eml$/;
    $messages++;
    open my $file, '<:raw', $_ or die "$_: $!";
    my $text = do { local $/; <$file> };
    my ($good, $count, $detail) = judge($text);
    my ($changed) = judge($text =~ s/\r\nSubject: /\r\nSubject: !/r);
    if ($good && $count > 0 && !$changed) { $passed += $count }
    else { $wrong++; print "$_: $count signatures: $detail", $changed ? '; passes for another subject' : '', "\n" }
} }, @folders);
print "$messages messages, RSA signatures that pass: $passed, $wrong wrong\n";
exit($wrong || !$messages);
