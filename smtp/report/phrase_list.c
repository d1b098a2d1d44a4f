#include "smtp/report/phrase_list.h"
#include <stddef.h>

/* Exchange Online says this of recipients that its tenant does not have; everybody else says it of senders. */
static const char *const unknown_of_exchange[] = { "recipient address rejected: access denied", NULL };
/* Outlook.com's words for no such mailbox; others use them for anything (RFC 5321 section 4.2.3). */
static const char *const unknown_of_outlook[] = { "requested action not taken: mailbox unavailable", NULL };

/* Yahoo looks for the recipient only when it has the message. */
static const char *const gone_at_yahoo[] = { "delivery error: dd this user doesn't have", NULL };
/* How cPanel's Exim says that it found no host. */
static const char *const host_of_cpanel[] = { "account or domain may not exist", NULL };
/* Holds words for senders that are on a blocklist. */
static const char *const unlisted[] = { "not listed in", "isn't listed in", NULL };

static const char *const sender[] = {
	/* authentication */
	"spf", "dkim", "dmarc", "domainkeys", "senderid", "unauthenticated", "not authenticated", "authentication required", "authentication information",
	"authentication check*", "authentication is required", "smtp auth*", "must authenticate", "not authorized to send*", "not allowed to send from",
	"anti-spoofing", "spoof*", "purported responsible address", "arc",
	/* names and addresses of hosts */
	"ptr", "rdns", "reverse dns", "reverse lookup", "reverse-lookup", "reverse mapping", "ip name lookup failed", "no reverse", "unverifyable", "unverifiable",
	"mismatches client ip", "without a valid sender domain", "helo", "ehlo", "client host rejected", "may not be mail exchanger", "cannot find your hostname",
	"cannot resolve your hostname", "dynamic ip", "dynamic address*", "generic hostname", "forward-confirmed", "fcrdns", "your hostname", "no dns a-data",
	/* lists and reputation */
	"blacklist*", "black list*", "black-list*", "blocklist*", "block list*", "block-list*", "dnsbl*", "rbl", "rbls", "dnswl", "spamhaus*", "zen.spamhaus*",
	"sorbs*", "spamcop*", "barracudacentral*", "abuseat*", "senderbase*", "proofpoint.com", "cloudmark*", "uceprotect*", "psbl*", "listed in", "listed by",
	"listed on", "listed at", "is listed", "blocked using", "blocked for abuse", "blocked by", "blocked ip", "ip * blocked", "ip * blacklisted", "client host * blocked",
	"host * blocked", "bl", "reputation", "banned sending ip", "banned ip", "sending ip", "your ip", "your host", "your server", "your mail server",
	"your network", "your domain", "your isp", "your provider", "your access to", "host network not allowed", "connections not accepted", "connection rejected",
	"connection denied", "connection dropped", "connections from this", "not accept messages from servers", "not accepting mail from", "not accept mail from",
	"doesn't accept mail from", "refuse mail from", "refused mail from", "aup#*", "abuse", "bad outbound sender", "open proxy", "open relay", "compromised",
	"whitelist*", "white list*", "allowlist*",
	/* our address */
	"sender address rejected", "sender rejected", "sender denied", "sender refused", "sender blocked", "sender not allowed", "blocked sender*", "sender email is locked",
	"sender address", "sender domain*", "sender's domain", "domain of sender*", "the domain of the sender", "sender verif*", "sender is invalid",
	"invalid sender", "bad sender*", "unknown sender", "sender unknown", "sending domain", "mail from", "return path", "envelope from", "from domain",
	"envelope blocked", "from: domain", "valid from", "unregistered domain*",
	/* relaying */
	"relay access denied", "relaying denied", "relaying not *", "relaying prohibited", "relaying is prohibited", "to relay", "relay not *", "relay denied",
	"not relay", "mail relay", "relay through", "no relay*", "list of allowed rcpthosts", "not a gateway", "rcpthosts",
	/* rate */
	"rate limit*", "rate-limit*", "ratelimit*", "rate * exceeded", "too many connections", "too many concurrent", "too many messages", "too many mails",
	"too many emails", "too many recipients", "too many sessions", "too many invalid", "too many errors", "too many bad", "too much mail", "too fast",
	"too quickly", "frequency limit*", "frequency", "unexpected volume", "volume of mail", "volume of email", "user complaints", "unusual rate",
	"unusual sending", "connection limit", "message limit", "sending limit*", "daily limit", "hourly limit", "throttl*", "sending quota", "quota for",
	/* policy without more */
	"policy violation", "violation of policy", "policy reasons", "for policy", "by policy", "local policy", "policy rejection", "protocol violation",
	"security polic*", "administrative prohibition", "administratively", "fqdn required", NULL
};

static const char *const full[] = {
	"mailbox full", "mailbox is full", "mailbox * is full", "mailbox * are full", "mailfolder is full", "folder is full", "inbox is full", "inbox full", "account is full",
	"mail box full", "mail box is full", "mailbox has exceeded*", "mailbox exceed*", "mailbox size limit*", "mailbox limit*", "mailbox quota*", "maximum mailbox size",
	"mailbox would exceed", "mailbox has reached", "over quota", "overquota", "over the quota", "over disk quota", "over its quota", "over their quota", "over his quota",
	"over the maximum", "over storage", "over allowed quota", "quota exceed*", "quota violation", "quota is full", "quota full", "quotaexceeded", "exceed* quota",
	"exceed* * quota", "exceed* their storage", "exceed* its storage", "exceed* * mailbox", "exceeded storage*", "exceeds allowed size", "exceeds the quota",
	"disk quota", "storage quota", "storage limit", "storage exceeded", "storage is full", "out of storage", "out of quota", "insufficient storage",
	"insufficient quota", "not enough storage", "not enough space", "no storage space", "no space left in mailbox", "has no space", "space has been used up",
	"user is over", "exceeded the local limit", "messages in recipient's mailbox", "is full: retry", "mailbox_full", "inbox is out of", "too much mail data",
	"postfach voll", "postfach ist voll", "postfach * voll", "speicherplatz", "boîte * pleine", "boite * pleine", "boîte aux lettres pleine", "quota dépassé",
	"quota depasse", "casella * piena", "buzón * lleno", "buzon * lleno", "bandeja de entrada * llena", "caixa * cheia", "mailbox vol", "skrzynka * pełna",
	"ящик * переполнен", "переполнен*", "容量を超え", "容量オーバー", "メールボックスが一杯", "メールボックスがいっぱい", "メールボックスの容量", "邮箱已满", "邮箱空间不足", NULL
};

static const char *const content[] = {
	"spam*", "antispam", "anti-spam", "junk", "unsolicited", "ube", "uce", "bulk email", "bulk mail", "virus*", "malware", "trojan", "phish*", "infected",
	"message content", "content rejected", "content denied", "content filter", "content restriction", "mail content", "prohibited content", "offending content", "suspicious", "message too large",
	"message too big", "message is too large", "message size", "message exceeds", "message length", "mail size", "size limit", "too large", "too big",
	"maximum size", "maximum message", "exceeds size", "fixed size", "fixed maximum", "sendsizelimit*", "recipsizelimit", "8-bit data", "8bit", "8bitmime", "smtputf8",
	"header error", "header field", "headers", "duplicate header", "multiple addresses in from", "multiple from", "rfc 5322", "rfc 2822", "rfc 5321", "rfc 822", "rfc5322", "rfc2822",
	"rfc822", "rfc compliant", "rfc-compliant", "bare lf", "bare newline*", "bare cr", "illegal attachment", "attachment*", "blocked extension", "executable", "mime", "message was blocked", "message blocked",
	"message has been blocked", "blocked by * filter", "transport.rules", "rejected by a rule", "rules.rejectmessage", "mail rejete", "message rejected", "mail rejected", "your message was rejected",
	"verp", "subject", "considered", "nicht angenommen", "dangerous", "url blocked", "malformed", NULL
};

/* Stronger than an unknown name: the answer may be another one later. */
static const char *const busy[] = {
	"host not found, try again", "lookup failed temporarily", "temporary lookup failure", "temporary name server", "temporary dns", "lookup failure", "lookup failed, try",
	"unexpected name server reply", "dns query failed", "dns server failure", "servfail", "at a rate that", "temporarily unavailable", "temporarily deferred",
	"temporarily rejected", "temporarily suspended", "temporarily blocked", "temporarily disabled", "temporarily locked", "temporary failure", "temporary error",
	"temporary local problem", "temporary system problem", "temporarily unable", "temporary locked", "greylist*", "graylist*", "grey list*", "gray list*",
	"recipient thread limit", "delivery time expired", "message expired", NULL
};

static const char *const disabled[] = {
	"disabled", "has been suspended", "is suspended", "account suspended", "user suspended", "mailbox suspended", "suspended", "inactive", "not active", "deactivated",
	"is locked", "locked account", "account locked", "account expired", "frozen", "discontinued", "not accepting mail", "not accepting messages",
	"is not accepting", "no longer accept*", "not allowed to receive", "cannot receive", "can't receive", "does not accept mail", "is restricted", "restricted account", "on hold",
	"is terminated", "recipient preferences", "recipient's preferences", "rejected by recipient", "refused by recipient", "blocked by recipient", "user's filter", "recipient filter", "account is limited", "temporarily limited", "deaktiviert", "gesperrt", "désactivé", "заблокирован*", "停止", NULL
};

static const char *const unknown[] = {
	/* with the noun first, and with the noun last */
	"user unknown", "user is unknown", "user not known", "user not found", "user * not found", "user was not found", "user doesn't exist", "user does not exist", "user * does not exist", "user not exist", "user not local",
	"user invalid", "user unavailable", "user has moved", "user has left", "user is no longer", "user no longer", "users unknown",
	"unknown user", "unknown users", "unknown local user", "unknown local part", "unknown local-part", "unknown recipient", "unknown recipients", "unknown mailbox", "unknown address", "unknown account", "unknown virtual user",
	"unknown to address", "unknown or illegal alias", "unknown or illegal user", "unknown alias", "unknown email", "unknown name", "unknown destination address",
	"no such user*", "no such recipient*", "no such mailbox", "no such address", "no such account", "no such person", "no such local user", "no such local part", "no such virtual user",
	"no such email", "no such e-mail", "no such name", "no such customer", "no such alias", "no such subscriber", "no such id", "no such login", "no such member", "no such mail drop", "no such entry", "no such destination",
	"no mailbox here", "no mailbox by that name", "no mailbox found", "no mailbox with that name", "no user found", "no user by that name", "no account by that name", "no account with that", "no valid recipient*",
	"no recipients", "no matches found in", "no local mailbox", "no email address", "no person at this", "no longer on server", "no longer exist*", "no longer valid", "no longer available", "no longer in use", "no longer used", "no longer active",
	"no longer with", "no longer work*", "no longer employed", "no longer at", "no longer a", "not a valid recipient", "not a valid user", "not a valid mailbox", "not a valid address", "not a valid email", "not a known user",
	"not a known address", "not a local user", "not our customer", "not known at this", "not known here", "not known to this", "not a recipient",
	"invalid user*", "invalid recipient*", "invalid mailbox", "invalid local part", "invalid local-part", "invalid final delivery user", "invalid email address", "invalid e-mail address", "invalid destination mailbox",
	"recipient unknown", "recipient is unknown", "recipient * unknown", "recipient not found", "recipient * not found", "recipient was not found", "recipient does not exist", "recipient doesn't exist", "recipient invalid", "recipient is invalid",
	"recipient not valid", "recipient address unknown", "recipient address not found", "recipient no longer", "recipient name is not recognized", "recipient not recognized", "recipients unknown", "recipient * does not exist",
	"recipnotfound", "resolver.adr.recip*", "resolver.adr.exrecipnotfound", "resolver.adr.invalidinx*", "recipientnotfound",
	"mailbox not found", "mailbox unknown", "mailbox does not exist", "mailbox doesn't exist", "mailbox * does not exist", "mailbox not exist*", "mailbox invalid", "mailbox is invalid", "mailbox has moved", "mailbox * not found",
	"mailbox name not allowed", "account not found", "account does not exist", "account doesn't exist", "account * does not exist", "account unknown", "account not available", "account has moved", "account has been deleted", "account was deleted",
	"account closed", "account has been closed", "account is closed", "account is invalid", "email account that you tried to reach does not exist",
	"address unknown", "address not found", "address is unknown", "address does not exist", "address doesn't exist", "address * does not exist", "address not known", "address is invalid", "address invalid", "address no longer", "address couldn't be found",
	"address wasn't found", "address was not found", "address you entered couldn't be found", "address * couldn't be found", "address * could not be found", "address * wasn't found", "address is not valid", "address not valid", "address * not exist",
	"addressee unknown", "bad destination mailbox", "bad mailbox", "bad address", "bad recipient address", "badly formatted address", "undeliverable address", "unrouteable address", "unroutable address", "unrouteable local part",
	"doesn't have an account", "doesn't have a * account", "does not have an account", "does not have a * account", "don't have an account", "not have a mailbox", "does not have a mailbox", "has no mailbox", "didn't match any user",
	"delivery to the following address is not possible", "does not like recipient", "isn't a valid", "is not a valid", "is not a mailbox", "is not a user", "is not known", "is unknown", "name not recognized",
	"wasn't found at", "was not found at", "not hosted here", "does not exist on this", "does not exist here", "does not exist in", "this user does not", "cannot be found",
	/* other languages */
	"benutzer unbekannt", "nicht bekannt", "unbekannter benutzer", "unbekannter empfänger", "empfänger unbekannt", "empfänger nicht gefunden", "empfänger * existiert nicht", "adresse existiert nicht", "postfach existiert nicht",
	"adresse * nicht gefunden", "adresse unbekannt", "konnte nicht gefunden werden", "destinataire inconnu", "destinataire invalide", "utilisateur inconnu", "adresse inconnue", "adresse * introuvable", "est introuvable",
	"adresse * invalide", "boîte inconnue", "n'existe pas", "destinatario desconocido", "usuario desconocido", "usuario no existe", "usuario inexistente", "dirección * no existe", "no se encontró la dirección", "no se pudo encontrar",
	"utente sconosciuto", "destinatario sconosciuto", "indirizzo * inesistente", "trovare l'indirizzo", "indirizzo non trovato", "casella inesistente", "utente inesistente", "usuário desconhecido", "usuário inexistente", "usuario inexistente",
	"destinatário desconhecido", "não foi encontrado", "onbekende gebruiker", "gebruiker onbekend", "adres niet gevonden", "nieznany użytkownik", "nie istnieje", "не существует", "не найден", "пользователь не", "неизвестный",
	"見つかりませんでした", "存在しません", "存在しない宛先", "宛先が不明", "宛先不明", "ユーザーが見つかりません", "リストにありません", "アドレスが間違", "用户不存在", "收件人不存在", "不存在的", "用户未找到", "地址不存在", NULL
};

static const char *const host[] = {
	"host unknown", "unknown host", "host not found", "host does not exist", "no such host", "host or domain name not found", "name or service not known", "domain not found", "domain name not found",
	"domain does not exist", "domain doesn't exist", "domain * does not exist", "domain * doesn't exist", "no such domain", "nxdomain", "unknown domain", "domain unknown", "invalid domain", "bad domain", "illegal host/domain name",
	"illegal domain", "domain is invalid", "domain * not found", "domain is not reachable", "unrouteable mail domain", "unroutable mail domain", "unrouteable domain", "no mx record*", "no mx or a", "no mx * found", "no mail exchanger",
	"couldn't find any host", "couldn't find a mail exchanger", "null mx", "nullmx", "doesn't receive email", "does not receive email", "does not receive mail", "bad destination system", "bad destination host", "no route found to domain",
	"non-existent host*", "nonexistent host*", "indicated no smtp service", "non-existent domain", "nonexistent domain", "unresolvable", "hostname not found", "no such name", "does not exist", NULL
};

static const char *const temporary[] = {
	"timed out", "time out", "timeout", "timed-out", "connection refused", "connection reset", "connection closed", "connection dropped", "lost connection", "connection lost", "connection failed", "cannot connect", "can't connect", "unable to connect",
	"could not connect", "couldn't connect", "establish an smtp connection", "requests to connect", "socket error", "network error", "network is unreachable", "no route to host", "host is down", "unreachable", "not reachable", "try again", "try later", "retry",
	"retries", "temporar*", "deferred", "delayed", "expired", "too long", "unable to deliver * in", "unable to deliver this message after", "unable to deliver message after", "cannot send message for", "could not send message for", "insufficient disk space", "insufficient system",
	"disk full", "no space left", "system resources", "resources", "out of memory", "system error", "internal error", "internal server error", "local error", "local problem", "server error", "service unavailable", "service not available", "currently unavailable",
	"overloaded", "too busy", "server busy", "system busy", "load too high", "loop*", "too many hops", "hop count", "best-preference mx", "points to local host", "points back to", "find a gateway", "dns error", "name service error", "name server", "not accepting network messages",
	"will be retried", "have been failing", "gave up", "given up", "waiting", "shutting down", "going down", "maintenance", "read error", "tls", "starttls", "certificate", "queue", "configuration error", "no such file", "permission denied", "broken pipe", NULL
};

static const char *const refused[] = {
	"permission to", "may not exist", "not permitted", "not allowed", "not authorized", "unauthorized", "filtered", "filter", "refused", "access denied", "denied", "blocked", "rejected by recipient", "moderat*", "members only", "only accept*", NULL
};

const struct phrase_group phrase_groups[] = {
	{ TOPIC_UNKNOWN, "5.4.1", unknown_of_exchange },
	{ TOPIC_UNKNOWN, "5.5.0", unknown_of_outlook },
	{ TOPIC_GONE, NULL, gone_at_yahoo },
	{ TOPIC_UNKNOWN, NULL, unlisted },
	{ TOPIC_HOST, NULL, host_of_cpanel },
	{ TOPIC_SENDER, NULL, sender },
	{ TOPIC_FULL, NULL, full },
	{ TOPIC_CONTENT, NULL, content },
	{ TOPIC_BUSY, NULL, busy },
	{ TOPIC_DISABLED, NULL, disabled },
	{ TOPIC_UNKNOWN, NULL, unknown },
	{ TOPIC_HOST, NULL, host },
	{ TOPIC_TEMPORARY, NULL, temporary },
	{ TOPIC_REFUSED, NULL, refused },
	{ TOPIC_NONE, NULL, NULL },
};
