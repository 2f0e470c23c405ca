#!/usr/bin/env bash
# A Postfix of its own on loopback: postfix.sh up FOLDER PORT TLS_PORT | down FOLDER.
# PORT has STARTTLS, TLS_PORT is TLS from the first byte; both want AUTH as `news` with `secret`
# (dovecot's SASL), and whatever they take goes to FOLDER/mail/mbox. FOLDER/ca/ca.pem signs the
# certificate of `localhost`. Runs as root, for Postfix's master does.
set -euo pipefail
command=$1 folder=$(realpath -m "$2")

down() {
  doveadm -c "$folder/dovecot/dovecot.conf" stop || true
  postfix -c "$folder/etc" stop || true
}

authority() {
  cd "$folder/ca"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=authority of a test' \
    -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem
  openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out request.pem
  printf '%s\n' subjectAltName=DNS:localhost,IP:127.0.0.1 basicConstraints=CA:FALSE extendedKeyUsage=serverAuth >extensions
  openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out cert.pem
}

dovecot_conf() {
  cat <<X
base_dir = $folder/dovecot/run
state_dir = $folder/dovecot/state
log_path = $folder/dovecot/log
protocols =
ssl = no
auth_mechanisms = plain login
disable_plaintext_auth = no
passdb {
  driver = passwd-file
  args = scheme=PLAIN $folder/dovecot/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=/nonexistent
}
service auth {
  unix_listener $folder/spool/private/auth {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
X
}

main_cf() {
  cat <<X
compatibility_level = 3.6
queue_directory = $folder/spool
data_directory = $folder/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $folder/maillog
maillog_file_prefixes = /tmp, /var
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = localhost
mydestination =
mynetworks =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:mbox
virtual_mailbox_base = $folder/mail
virtual_minimum_uid = 100
virtual_uid_maps = static:$(id -u vmail)
virtual_gid_maps = static:$(id -g vmail)
virtual_mailbox_limit = 0
mailbox_size_limit = 0
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = $folder/ca/cert.pem
smtpd_tls_key_file = $folder/ca/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_rate_limit = 0
default_transport = error:no outside mail
alias_maps =
X
}

# Every service but those that listen, out of the chroot that this folder has not.
master_cf() {
  sed -n '/^pickup/,$p' /usr/share/postfix/master.cf.dist |
    grep -E '^(pickup|cleanup|qmgr|tlsmgr|rewrite|bounce|defer|trace|verify|flush|proxymap|proxywrite|error|retry|discard|local|virtual|lmtp|anvil|scache|postlog)\b' |
    awk '{ $5 = "n"; print }'
  echo "127.0.0.1:$1 inet n - n - - smtpd"
  echo "127.0.0.1:$2 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o syslog_name=postfix/implicit"
}

up() {
  mkdir -p "$folder"/{etc,spool,data,mail,ca,dovecot}
  chmod 755 "$folder"
  (authority) 2>/dev/null
  id vmail >/dev/null 2>&1 || useradd -r -M -s /usr/sbin/nologin vmail
  chown postfix "$folder/data"
  chown vmail "$folder/mail"
  dovecot_conf >"$folder/dovecot/dovecot.conf"
  echo 'news:{PLAIN}secret' >"$folder/dovecot/users"
  main_cf >"$folder/etc/main.cf"
  master_cf "$1" "$2" >"$folder/etc/master.cf"
  postfix -c "$folder/etc" check
  postfix -c "$folder/etc" start
  dovecot -c "$folder/dovecot/dovecot.conf"
}

case $command in
  up) up "$3" "$4" ;;
  down) down ;;
  *) exit 2 ;;
esac
