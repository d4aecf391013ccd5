package redact

// cryptoProviders are exchanges, chains and wallets.
var cryptoProviders = []provider{
	{name: "coinbase_key", what: "Coinbase key or secret", source: "https://docs.cdp.coinbase.com/", tokens: "organizations/{uuid}/apiKeys/{uuid}", near: "coinbase", values: "{an:32} {an:16} {url:64} {b64:86}== {an:64}"},
	{name: "binance_key", what: "Binance key or secret", source: "https://developers.binance.com/docs/binance-spot-api-docs/", near: "binance", values: "{an:64}"},
	{name: "kraken_key", what: "Kraken key or secret", source: "https://docs.kraken.com/api/", near: "kraken", values: "{b64:86}== {b64:56} {b64:80-90}"},
	{name: "bitfinex_key", what: "Bitfinex key or secret", source: "https://docs.bitfinex.com/", near: "bitfinex", values: "{an:43} {hex:41} {url:43}"},
	{name: "kucoin_key", what: "KuCoin key, secret or passphrase", source: "https://www.kucoin.com/docs/", near: "kucoin", values: "{hex:24} {uuid}"},
	{name: "bybit_key", what: "Bybit, OKX, Gate.io, Huobi or Bitget key", source: "https://bybit-exchange.github.io/docs/", tokens: "bg_{hex:32}", near: "bybit okex gateio huobi bitget bitmart okxapi", values: "{an:18} {an:36} {uuid} {HEX:32} {hex:64} {hex:32} {an:24} {hex:8}-{hex:8}-{hex:8}-{hex:5}"},
	{name: "bitmex_key", what: "BitMEX key or secret", source: "https://www.bitmex.com/app/apiOverview", near: "bitmex", values: "{url:24} {url:48}"},
	{name: "bittrex_key", what: "Bittrex, Poloniex or CEX.IO key", source: "https://docs.poloniex.com/", near: "bittrex poloniex cexio bitstamp", values: "{hex:32} {up:8}-{up:8}-{up:8}-{up:8} {hex:128} {an:26} {an:24-32}"},
	{name: "gemini_key", what: "Gemini exchange key", source: "https://docs.gemini.com/", tokens: "account-{an:20} master-{an:20}", near: "gemini", values: "{an:27-28} account-{an:20} master-{an:20}", common: true},
	{name: "etherscan_key", what: "Etherscan, BscScan, PolygonScan or Arbiscan key", source: "https://docs.etherscan.io/", near: "etherscan bscscan polygonscan arbiscan snowtrace ftmscan basescan optimisticetherscan", values: "{up:34}"},
	{name: "infura_key", what: "Infura key", source: "https://docs.metamask.io/services/", near: "infura", values: "{low:32}"},
	{name: "alchemy_key", what: "Alchemy key", source: "https://www.alchemy.com/docs/", tokens: "alcht_{an:30} alch_{url:32}", near: "alchemy", values: "{url:32}"},
	{name: "quicknode_key", what: "QuickNode, Chainstack, Ankr or GetBlock key", source: "https://www.quicknode.com/docs/", tokens: "QN_{hex:32}", near: "quicknode quiknode chainstack ankr getblock blockdaemon figment", values: "{hex:40} {hex:32} {hex:64} {uuid} {an:8}.{an:32}"},
	{name: "moralis_key", what: "Moralis key", source: "https://docs.moralis.com/", near: "moralis", values: "{an:64}"},
	{name: "blocknative_key", what: "Blocknative, NFTPort, Tatum or Covalent key", source: "https://docs.blocknative.com/", tokens: "ckey_{hex:27} cqt_rQ{an:26} cqt_wF{an:26} t-{hex:24}-{hex:24}", near: "blocknative nftport tatum covalent blockfrost", values: "{uuid} {an:39} mainnet{an:32} preprod{an:32}"},
	{name: "blockchain_data_key", what: "Glassnode, CryptoCompare, CoinMarketCap, CoinAPI, Nomics or Messari key", source: "https://docs.glassnode.com/", tokens: "CG-{an:24}", near: "glassnode cryptocompare coinmarketcap coinapi coinlayer coinlib nomics messari coingecko worldcoinindex bitcoinaverage ethplorer cmcpro dfuse santiment amberdata", values: "{an:27} {an:28} {an:26} {hex:64} {uuid} {an:32} {hex:32} {an:16} {an:35} {hex:40} {url:43} {an:22} EK-{an:5}-{an:7}-{an:5}"},
	{name: "dfuse_key", what: "dfuse or StreamingFast key", source: "https://docs.substreams.dev/", tokens: "web_{hex:32} server_{hex:32} mobile_{hex:32}"},
	{name: "pinata_key", what: "Pinata, web3.storage or NFT.Storage key", source: "https://docs.pinata.cloud/", near: "pinata web3storage nftstorage lighthouse", values: "{hex:20} {hex:64}"},
	{name: "wallet_private_key", what: "Ethereum or Solana private key beside its name", source: "https://ethereum.org/en/developers/docs/accounts/", near: "ethereum eth wallet metamask solana deployer ledger evm hardhat privatekey", values: "0x{Hex:64} {Hex:64} {an:87-88}", common: true},
	{name: "bitcoin_wif", what: "Bitcoin private key (WIF) beside a word that names it", source: "https://en.bitcoin.it/wiki/Wallet_import_format", near: "bitcoin btc wif", values: "5{an:50} K{an:51} L{an:51}", common: true},
	{name: "bitcoin_extended_key", what: "BIP-32 extended private key", source: "https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki", tokens: "xprv{an:107} yprv{an:107} zprv{an:107} tprv{an:107}"},
	{name: "settlemint_token", what: "SettleMint token", source: "https://console.settlemint.com/documentation/", tokens: "sm_aat_{an:16} sm_pat_{an:16} sm_sat_{an:16}"},
	{name: "nightfall_key", what: "Nightfall key", source: "https://help.nightfall.ai/", tokens: "NF-{an:32}"},
	{name: "thirdweb_key", what: "thirdweb, Dune or The Graph key", source: "https://portal.thirdweb.com/", near: "thirdweb dune subgraph thegraph", values: "{hex:32} {an:32} {url:86}", common: true},
}
