package redact

import "strings"

// webhook is an address whose path is a secret: who knows it may post, or read.
type webhook struct {
	host string // or its end, when it begins with a dot
	path string // before the secret
	min  int    // length of the secret
	one  bool   // the secret is one segment of the path, and not all that follows
}

// webhooks by the last two labels of the host.
var webhooks = func() map[string][]webhook {
	byDomain := map[string][]webhook{}
	for _, w := range []webhook{
		// chat
		{"hooks.slack.com", "/services/", 16, false},
		{"hooks.slack.com", "/workflows/", 16, false},
		{"hooks.slack.com", "/triggers/", 16, false},
		{"hooks.slack-gov.com", "/services/", 16, false},
		{"discord.com", "/api/webhooks/", 40, false},
		{".discord.com", "/api/webhooks/", 40, false},
		{"discordapp.com", "/api/webhooks/", 40, false},
		{".webhook.office.com", "/webhookb2/", 36, false},
		{"outlook.office.com", "/webhook/", 36, false},
		{"outlook.office365.com", "/webhook/", 36, false},
		{"webexapis.com", "/v1/webhooks/incoming/", 40, false},
		{"api.ciscospark.com", "/v1/webhooks/incoming/", 40, false},
		{"api.telegram.org", "/bot", 40, true},
		{"open.feishu.cn", "/open-apis/bot/v2/hook/", 32, false},
		{"open.larksuite.com", "/open-apis/bot/v2/hook/", 32, false},
		{"api.flock.com", "/hooks/sendMessage/", 32, false},
		{"api.twist.com", "/api/v3/integration_incoming/post_data", 16, false},
		{".zulipchat.com", "/api/v1/external/", 16, false},
		// automation
		{".tines.com", "/webhook/", 32, false},
		{"hook.eu1.make.com", "/", 24, true},
		{"hook.eu2.make.com", "/", 24, true},
		{"hook.us1.make.com", "/", 24, true},
		{"hook.us2.make.com", "/", 24, true},
		{"hook.make.com", "/", 24, true},
		{"hook.integromat.com", "/", 24, true},
		{".make.celonis.com", "/", 24, false},
		{"hooks.zapier.com", "/hooks/catch/", 10, false},
		{"hooks.zapier.com", "/hooks/standard/", 10, false},
		{".app.n8n.cloud", "/webhook/", 20, false},
		{".app.n8n.cloud", "/webhook-test/", 20, false},
		{"maker.ifttt.com", "/use/", 20, true},
		{".m.pipedream.net", "/", 16, false},
		{"webhooks.workato.com", "/webhooks/rest/", 30, false},
		{"connect.pabbly.com", "/workflow/sendwebhookdata/", 20, false},
		{"hooks.airtable.com", "/workflows/v1/genericWebhook/", 30, false},
		{"webhook.site", "/", 32, false},
		{".trayapp.io", "/", 16, false},
		{"hooks.retool.com", "/", 16, false},
		{"cloud.activepieces.com", "/api/v1/webhooks/", 16, false},
		{"workflow-automation.podio.com", "/catch/", 12, false},
		// deployment and source
		{"api.netlify.com", "/build_hooks/", 24, false},
		{"api.vercel.com", "/v1/integrations/deploy/", 20, false},
		{"api.cloudflare.com", "/client/v4/pages/webhooks/deploy_hooks/", 32, false},
		{"hub.docker.com", "/api/build/v1/source/", 36, false},
		{"webhooks.amplify.amazonaws.com", "/prod/webhooks", 16, false},
		{"circleci.com", "/hooks/", 20, false},
		// watching and alarms
		{"events.pagerduty.com", "/integration/", 32, true},
		{"alert.victorops.com", "/integrations/generic/", 30, false},
		{"hc-ping.com", "/", 22, false},
		{"cronitor.link", "/p/", 16, false},
		{"nosnch.in", "/", 10, false},
		{"uptime.betterstack.com", "/api/v1/heartbeat/", 20, false},
		{"heartbeat.uptimerobot.com", "/", 16, false},
		{".collection.sumologic.com", "/receiver/v1/http/", 40, false},
		{"logs-01.loggly.com", "/inputs/", 32, true},
		{"logs-01.loggly.com", "/bulk/", 32, true},
		{"webhooks.squadcast.com", "/v1/incidents/", 32, false},
		// nodes and data
		{".infura.io", "/v3/", 32, true},
		{".infura.io", "/ws/v3/", 32, true},
		{".alchemy.com", "/v2/", 32, true},
		{".alchemyapi.io", "/v2/", 32, true},
		{".quiknode.pro", "/", 40, true},
		{"rpc.ankr.com", "/eth/", 64, true},
		{".chainstack.com", "/", 32, true},
		{"go.getblock.io", "/", 32, true},
		{"thingsboard.cloud", "/api/v1/", 20, true},
		{".thingsboard.cloud", "/api/v1/", 20, true},
		{"demo.thingsboard.io", "/api/v1/", 20, true},
		{"calendar.google.com", "/calendar/ical/", 32, false},
		{".bitrix24.com", "/rest/", 16, false},
		{".bitrix24.ru", "/rest/", 16, false},
	} {
		domain := lastLabels(w.host)
		byDomain[domain] = append(byDomain[domain], w)
	}
	return byDomain
}()

// webhookDomains are the three bytes before the last dot of those hosts. They
// dismiss nearly every other host.
var webhookDomains = func() *endings {
	t := new(endings)
	for _, hooks := range webhooks {
		for _, w := range hooks {
			dot := strings.LastIndexByte(w.host, '.')
			t.add(w.host[dot-3 : dot])
		}
	}
	return t
}()

// lastLabels returns the last two labels of a host.
func lastLabels(host string) string {
	dot := strings.LastIndexByte(host, '.')
	if dot < 0 {
		return host
	}
	return host[strings.LastIndexByte(host[:dot], '.')+1:]
}

// webhook reads the secret of a webhook whose host stands from hostFrom to
// hostEnd.
func (sc *scanner) webhook(hostFrom, hostEnd int) (hit, bool) {
	s := sc.s
	if byteAt(s, hostEnd) != '/' || hostEnd+10 > len(s) || !sc.e.enabled[detWebhook] {
		return hit{}, false
	}
	host := s[hostFrom:hostEnd]
	if dot := strings.LastIndexByte(host, '.'); !webhookDomains.endsAt(host, max(dot, 0)) {
		return hit{}, false
	}
	for _, w := range webhooks[lastLabels(host)] {
		if host != w.host && !(w.host[0] == '.' && strings.HasSuffix(host, w.host)) || !strings.HasPrefix(s[hostEnd:], w.path) {
			continue
		}
		from := hostEnd + len(w.path)
		to := from
		for to < len(s) && (isWord(s[to]) || s[to] == ':' || s[to] == '.' || !w.one && (s[to] == '/' || s[to] == '@' || s[to] == '%' || s[to] == '=')) {
			to++
		}
		if to-from >= w.min {
			return hit{from, to, detWebhook}, true
		}
	}
	return hit{}, false
}
