package redact

// mailProviders send and check mail.
var mailProviders = []provider{
	{name: "sendgrid_key", what: "SendGrid API key", source: "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys", tokens: "SG.{url:22}.{url:43}"},
	{name: "mailgun_key", what: "Mailgun key", source: "https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt", tokens: "key-{hex:32} pubkey-{hex:32}", near: "mailgun", values: "{hex:72} {an:72} {hex:32}-{hex:8}-{hex:8} {hex:32}"},
	{name: "brevo_key", what: "Brevo key", source: "https://developers.brevo.com/docs/getting-started", tokens: "xkeysib-{hex:64}-{an:16} xsmtpsib-{hex:64}-{an:16}"},
	{name: "postmark_token", what: "Postmark token", source: "https://postmarkapp.com/developer", near: "postmark", values: "{uuid}"},
	{name: "mandrill_key", what: "Mandrill key", source: "https://mailchimp.com/developer/transactional/docs/", tokens: "md-{url:22}", near: "mandrill", values: "{url:22}"},
	{name: "sparkpost_key", what: "SparkPost key", source: "https://developers.sparkpost.com/", near: "sparkpost", values: "{hex:40}"},
	{name: "resend_key", what: "Resend key", source: "https://resend.com/docs", tokens: "re_{an:8}_{an:24} re_{an:30-36}"},
	{name: "mailjet_key", what: "Mailjet key or secret", source: "https://dev.mailjet.com/", near: "mailjet", values: "{an:32} {an:87}= {an:60-90}"},
	{name: "elasticemail_key", what: "Elastic Email key", source: "https://elasticemail.com/developers", near: "elasticemail elastic", values: "{HEX:96} {an:96}", common: true},
	{name: "mailersend_token", what: "MailerSend or MailerLite key", source: "https://developers.mailersend.com/", tokens: "mlsn.{hex:64}", near: "mailersend mailerlite", values: "{low:32} {an:32} {dot:200-1200}"},
	{name: "loops_key", what: "Loops, Plunk or Customer.io key", source: "https://loops.so/docs", near: "loops plunk customerio", values: "{hex:32} {low:20} {an:20}", common: true},
	{name: "mailboxlayer_key", what: "Mailboxlayer, ZeroBounce, Kickbox, NeverBounce, Debounce or Verifalia key", source: "https://www.zerobounce.net/docs/", tokens: "private_{hex:32}", near: "zerobounce kickbox neverbounce debounce verifalia emailable hunter snov", values: "{hex:32} live_{hex:64} test_{hex:64} test_{an:60-70} live_{an:60-70} {an:13} {hex:40} {low:40} {low:13}"},
	{name: "mailsac_key", what: "Mailsac, Mailosaur, Mailinator or Mailtrap key", source: "https://docs.mailsac.com/", near: "mailsac mailosaur mailinator mailtrap getemail getemails", values: "k_{an:36-50} {an:16} {an:32} {hex:32} {an:20}"},
	{name: "pepipost_key", what: "Pepipost, Netcore or SMTP2GO key", source: "https://support.smtp2go.com/", tokens: "api-{HEX:32}", near: "pepipost netcore smtp2go smtpcom", values: "{an:32} {hex:40}"},
	{name: "reachmail_key", what: "ReachMail, Moosend, Campayn, Sendlane or SendPulse key", source: "https://moosend.com/", near: "reachmail moosend campayn sendlane sendpulse benchmarkemail mailmodo", values: "{uuid} {hex:64} {hex:32} {b64:80-90} {up:7}-{up:7}-{up:7}-{up:7} {an:32}"},
	{name: "nylas_token", what: "Nylas token", source: "https://developer.nylas.com/", tokens: "nyk_v0_{an:64} nylas_{an:64}", near: "nylas", values: "{low:30} {low:25}"},
	{name: "gmail_app_password", what: "Google app password beside its name", source: "https://support.google.com/accounts/answer/185833", near: "gmail googleapp", values: "{low:16}", common: true},
	{name: "fastmail_token", what: "Fastmail token", source: "https://www.fastmail.com/dev/", tokens: "fmu1-{hex:8}-{hex:32}-0-{hex:32}"},
	{name: "dyspatch_key", what: "Dyspatch, Stripo or BombBomb key", source: "https://docs.dyspatch.io/", near: "dyspatch stripo bombbomb mixmax", values: "{up:52} {dot:150-400} {an:36} {b64:88}"},
}
