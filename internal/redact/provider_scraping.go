package redact

// scrapingProviders fetch and picture other people's pages.
var scrapingProviders = []provider{
	{name: "scraperapi_key", what: "ScraperAPI, ScrapingBee, ScrapingAnt, Zenscrape, ScrapeOwl, ScrapingDog or Crawlbase key", source: "https://docs.scraperapi.com/", near: "scraperapi scrapingbee scrapingant scrapeowl scrapingdog crawlbase proxycrawl scraperbox scrapersite webscraping webscraper zenrows zyte scrapinghub oxylabs brightdata luminati smartproxy diffbot parsehub importio octoparse dexi diggernaut", values: "{hex:32} {up:80} {low:32} {low:30} {uuid} {hex:40} {url:22} {an:22} {hex:24} {an:60} {low:40} t{url:22} {an:40} {hex:80}"},
	{name: "scrapfly_key", what: "Scrapfly key", source: "https://scrapfly.io/docs", tokens: "scp-live-{hex:32} scp-test-{hex:32}", near: "scrapfly", values: "{hex:32}"},
	{name: "serpapi_key", what: "SerpApi, Serpstack, Zenserp, SerpHouse, ValueSERP or Scale SERP key", source: "https://serpapi.com/search-api", near: "serpapi serphouse valueserp scaleserp serpwow bravesearch", values: "{hex:64} {low:32} {uuid} {an:60} {HEX:32} {hex:32} BSA{url:28}"},
	{name: "screenshot_key", what: "ScreenshotAPI, Browshot, Urlbox, Blitapp, Restpack, Browserless or ApiFlash key", source: "https://urlbox.com/docs", near: "screenshotapi browshot urlbox blitapp browserless screenshotmachine screenshotone pagepeeker url2png", values: "{up:7}-{up:7}-{up:7}-{up:7} {an:28} {url:39} {uuid} {hex:32} {an:48} {an:16} {an:14} {url:39-41} {an:50} {hex:6}"},
	{name: "proxy_key", what: "Webshare, ProxyScrape, Geonode or Proxy-Seller key", source: "https://apidocs.webshare.io/", near: "webshare proxyscrape geonode proxyseller", values: "{low:40} {uuid} {an:32}"},
	{name: "phantombuster_key", what: "PhantomBuster, Axiom.ai, Browse AI or Hexomatic key", source: "https://hub.phantombuster.com/docs", near: "phantombuster browseai hexomatic", values: "{an:43} {uuid}:{uuid} {an:32}"},
	{name: "embed_key", what: "Embedly, Iframely, Microlink, OpenGraph.io, LinkPreview or Peekalink key", source: "https://www.opengraph.io/documentation", near: "embedly iframely microlink opengraph opengraphr linkpreview peekalink", values: "{hex:32} {uuid} {hex:16} {low:32} {an:80}", common: true},
}
