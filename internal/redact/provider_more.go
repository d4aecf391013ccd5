package redact

// moreProviders are smaller services, whose keys have the lengths that nearly
// all keys have.
var moreProviders = []provider{
	{
		name: "web_service_key", what: "Key of one of 130 smaller web services beside its name: 32, 40 or 64 letters and digits, or a UUID",
		source: "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
		near: "abyssale adobeio aeroworkflow alegra aletheiaapi anypoint apacta appfollow appointedd appsynergy apptivo avazapersonal besnappy besttime bitlyaccess boostnote borgbase caflou checklyhq " +
			"checkmarket clickhelp cloudelements cloudplan cloze collect2 convier copyscape easyinsight ecostruxure eightxeight endorlabs exportsdk fibery findl flexport flowflu fmfw glitterly gosquared " +
			"hypertrack knapsackpro lendflow lessannoyingcrm livestorm magicbell metrilo mrticktock myfreshworks netsuite oopspam planviewleankit portainer postageapi postbacks purestake quickmetrics railwayapp " +
			"scalewaykey shotstack simvoly siteleaf sportsmonk sslmate storecove storychief sugester tefter text2data tokeet uclassify unifyid versioneye viewneo zohocrm zonkafeedback cribl stackblitz rundeck " +
			"dagshub burpsuite cloud66 cronofy dattocrm dataddo devcycle duolingo erpnext exotel flagsmith hackerone helcim hightouch hookdeck inngest instabug kasada kayako kubecost langtail liveblocks maropost " +
			"mintlify openphone payfit paymob pixela pricefx proofpoint qualtrics redmine shiprocket thinkst unkey userpilot weglot buddyns travisci tineswebhook airbrakeio appdome beyondidentity boomi " +
			"celonis clari cleverreach commercetools cvent dataiku dremio emarsys eppo fivestars gravitee ingestly jamf kandji lightdash matillion mulesoft nintex opengov pluralsight quantcast rapidminer",
		values: "{an:32} {an:40} {uuid} {an:64} {url:43} {an:20} {an:24} {an:48} {an:22} {an:36} {an:72} {url:66} {an:54}",
	},
	{
		name: "web_service_token", what: "Token of a web service whose name is an ordinary word, beside the name and a noun such as key or token",
		source: "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
		near: "courier cicero enigma roaring ronin surge mite nitro parsers privacy raven rownd sentiment teletype luno magnetic moderation gradle clearout deno electric gamma gocd knock kong novu orbit " +
			"pangea parsec pocket sprig watchman demio duply bulbul clientary eraser openvpn rabbitmq host enterprise indicative sailthru beacon chorus cobalt compass daylight delta ember forge galaxy harbor",
		values: "{an:32} {an:40} {uuid} {an:64} {url:43} {an:20} {an:24} {an:48} {hex:128} {an:36} {url:22}",
		common: true,
	},
	{name: "inngest_signing_key", what: "Inngest signing key", source: "https://www.inngest.com/docs", tokens: "signkey-prod-{hex:64} signkey-test-{hex:64} signkey-branch-{hex:64}"},
	{name: "trigger_dev_key", what: "Trigger.dev key", source: "https://trigger.dev/docs", tokens: "tr_prod_{an:20-40} tr_dev_{an:20-40} tr_stg_{an:20-40} tr_pat_{an:20-50}"},
	{name: "liveblocks_key", what: "Liveblocks or Knock secret key", source: "https://liveblocks.io/docs", tokens: "sk_dev_{url:40-80} pk_dev_{url:40-80}"},
	{name: "dub_key", what: "Dub key", source: "https://dub.co/docs", tokens: "dub_{an:24}"},
	{name: "flagsmith_key", what: "Flagsmith server key", source: "https://docs.flagsmith.com/", tokens: "ser.{an:22}"},
	{name: "courier_key", what: "Courier key", source: "https://www.courier.com/docs/", tokens: "pk_prod_{up:28-40} pk_test_{up:28-40} dk_prod_{up:28-40}"},
}
