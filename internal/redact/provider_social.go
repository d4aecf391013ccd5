package redact

// socialProviders are networks of people.
var socialProviders = []provider{
	{name: "facebook_token", what: "Facebook or Instagram access token or app secret", source: "https://developers.facebook.com/docs/facebook-login/guides/access-tokens/", tokens: "EAA{an:1}{an:60-400} EAACEdEose0cBA{an:30-400} IGQV{url:80-300} IGAA{url:80-300}", near: "facebook fbapi fbapp fbaccess fbsecret instagram graphapi", values: "{hex:32} EAA{an:40-400} {dec:13-17}|{url:27}"},
	{name: "twitter_secret", what: "X (Twitter) key, secret or bearer token", source: "https://docs.x.com/", tokens: "AAAAAAAAAAAAAAAAAAAA{text:60-120}", near: "twitter twitterapi xapi tweepy", values: "{an:25} {an:50} {an:35-45} {dec:7-20}-{an:30-45} {an:18-25} {an:41-45}"},
	{name: "linkedin_secret", what: "LinkedIn client id, secret or token", source: "https://learn.microsoft.com/en-us/linkedin/", tokens: "WPL_AP1.{an:16}.{b64:6}== WPL_AP{dec:1}.{an:16}.{an:6}== AQ{url:340-460}", near: "linkedin", values: "{an:16} {low:14}"},
	{name: "twitch_secret", what: "Twitch token or secret", source: "https://dev.twitch.tv/docs/", tokens: "oauth:{low:30}", near: "twitch", values: "{low:30}"},
	{name: "reddit_secret", what: "Reddit secret", source: "https://www.reddit.com/dev/api/", near: "reddit praw", values: "{url:27} {url:30} {url:14} {url:22}"},
	{name: "pinterest_token", what: "Pinterest token or secret", source: "https://developers.pinterest.com/docs/", tokens: "pina_{an:32-100}", near: "pinterest", values: "{hex:40} {hex:64} {url:64}"},
	{name: "tumblr_key", what: "Tumblr, Medium, Blogger, Mastodon or Bluesky token", source: "https://www.tumblr.com/docs/en/api/v2", near: "tumblr mediumapi mastodon bluesky vkontakte weibo livejournal", values: "{an:50} {hex:65} {url:43} {low:4}-{low:4}-{low:4}-{low:4} {hex:64} {hex:32} {hex:85}", common: true},
	{name: "vk_token", what: "VK token", source: "https://dev.vk.com/", tokens: "vk1.a.{url:150-260}", near: "vkapi vktoken", values: "{hex:85} {hex:64}"},
	{name: "tiktok_secret", what: "TikTok or Snapchat secret", source: "https://developers.tiktok.com/doc/", tokens: "act.{url:60-90}!{dec:4}.{low:2}", near: "tiktok snapchat", values: "{hex:32} {hex:40} {low:16} {hex:20}"},
	{name: "kakao_key", what: "Kakao, Naver or Yahoo key", source: "https://developers.kakao.com/docs/", near: "kakao naver yahoo", values: "{hex:32} {an:20} {an:10} {hex:40} {url:100}", common: true},
	{name: "apple_key", what: "Sign in with Apple or App Store secret", source: "https://developer.apple.com/documentation/", near: "appstore applestore itunes", values: "{hex:32} {up:10}", common: true},
	{name: "meetup_token", what: "Meetup, Eventbrite or Luma token", source: "https://www.meetup.com/api/", near: "meetup luma", values: "{low:26} {hex:32} {up:20}", common: true},
	{name: "pastebin_key", what: "Pastebin, Hastebin or Gist key", source: "https://pastebin.com/doc_api", near: "pastebin hastebin", values: "{url:32} {hex:32} {an:128}"},
	{name: "stackexchange_key", what: "Stack Exchange key or secret", source: "https://api.stackexchange.com/docs", near: "stackexchange stackoverflow stackapps", values: "{text:24} {an:22}(("},
}
