package identity

import "github.com/weir-otel/weir/internal/lowcode"

const (
	headerPrefix  = "http.request.header."
	authorization = "authorization"
)

// attribute says what Collect does with one attribute key. Collect finds it once
// for each attribute of a record, so it holds all that the key is good for.
type attribute struct {
	source
	key   string
	next  *attribute // of its chain in a keyTable
	read  reading
	into  uint8 // of texts or headers, as read says
	own   bool  // it counts only where this collector or another Weir set it
	marks mark

	// What its value is looked up by; nil for nothing.
	header     *lookup // the catalog's headers
	credential *lookup // hashes, and tokens that Weir verifies
	claim      *lookup // the catalog's claims
	actor      *lookup // of a claim act: the same, for the outermost actor
	payload    *source // a gateway passes on a token's payload in this header

	isPlain    bool // readText says all
	isLookedUp bool // by anything
}

// source is what a value is from.
type source struct {
	evidence string // to state if the value is used: "method=attribute key", never the value
	rank     uint8  // among the sources that say the same the highest counts; 0 is none
}

// lookup is a claim or header that something is looked up by.
type lookup struct {
	name     string // canonical
	evidence string // as of a source
}

// reading is how an attribute's value is read, and where it goes.
type reading uint8

const (
	readNothing reading = iota
	readText            // a text, to texts
	readSingle          // a text or a list of one, to texts
	readBridged         // an MCP client's name, which may tell of a bridge, to texts
	readHeader          // a text or a list of one, to headers
	readJoined          // a text or a list, to headers
	readFound           // a text that a decoder of this collector found, to headers
)

// mark is what the presence of an attribute alone says.
type mark uint16

const (
	marksMethod      mark = 1 << iota // an HTTP method, an RPC method or a tool
	marksOwn                          // some lowcode.* attribute
	marksIdentified                   // lowcode.identity.status
	marksCost                         // lowcode.request.cost
	marksClaims                       // some claim
	marksSDK                          // a low-code SDK says so itself
	marksUnderscored                  // one of the gatewayHeaders in the worse spelling
	marksWorkflow                     // an id or a name of a workflow
	marksCertificate                  // something of a client certificate
	marksAgent                        // a name of an agent
	marksSignal                       // something that may say who called, or from which platform
)

// What texts say, as indexes of Signals' array.
const (
	textMethod uint8 = iota
	textHost
	textRoute // http.route or url.template
	textPath  // url.path, else the target or the full URL
	textUserAgent
	textAddress
	textUser        // user.id or enduser.id
	textCertificate // its subject, as the gateway gives it
	textAgentID
	textAgentName
	textAgentClient
	textClient      // the OAuth client: azp, client_id, appid or cid
	textSubject     // claim sub
	textIssuer      // claim iss
	textEventIssuer // of the client of an identity provider's event
	textHash        // of a credential that is gone itself
	textCredentialType
	textCount
)

// What headers say, as indexes of Signals' array.
const (
	headerConsumerUsername uint8 = iota
	headerConsumerCustomID
	headerConsumerID
	headerCredential
	headerAnonymous // the gateway let the call in without a credential: "true"
	headerForwarded // x-forwarded-client-cert
	headerPayload   // of a token, as a gateway passes it on
	headerWorkflow
	headerRunID // of the workflow
	headerStep
	headerCount

	consumerHeaders = headerConsumerID + 1 // the first so many name the consumer
	gatewayHeaders  = headerAnonymous + 1  // the first so many tell who it is
)

// plainAttributes returns what Collect reads whatever the catalog and the
// configuration are, but for claims.
func plainAttributes() []attribute {
	all := []attribute{
		text("http.request.method", textMethod, 2).marking(marksMethod),
		text("http.method", textMethod, 1).marking(marksMethod),
		presence("rpc.method", marksMethod),
		presence("mcp.method.name", marksMethod),
		presence("gen_ai.tool.name", marksMethod),
		presence("sdk.version", marksSDK),

		text("http.route", textRoute, 2),
		text("url.template", textRoute, 1),
		text("url.path", textPath, 4),
		text("url.full", textPath, 3),
		text("http.target", textPath, 2),
		text("http.url", textPath, 1),
		text("server.address", textHost, 3),
		text("net.host.name", textHost, 2),
		text("http.host", textHost, 1),

		text("user_agent.original", textUserAgent, 4).stating(UserAgent),
		text("http.user_agent", textUserAgent, 3).stating(UserAgent),
		text("client.address", textAddress, 4).stating(SourceIP),
		text("http.client_ip", textAddress, 3).stating(SourceIP),
		text("net.sock.peer.addr", textAddress, 2).stating(SourceIP),
		text("net.peer.ip", textAddress, 1).stating(SourceIP),
		text("user.id", textUser, 2),
		text("enduser.id", textUser, 1),

		text("tls.client.subject", textCertificate, 1).stating(MTLS).marking(marksCertificate),
		text("gen_ai.agent.id", textAgentID, 1).stating(Agent).marking(marksAgent),
		text("gen_ai.agent.name", textAgentName, 1).stating(Agent).marking(marksAgent),
		text("mcp.client.name", textAgentClient, 1).stating(Agent).marking(marksAgent).reading(readBridged),
	}
	all = append(all, ownAttributes()...)
	return append(all, headerAttributes()...)
}

// ownAttributes are what a decoder of this collector, or another Weir, found out.
func ownAttributes() []attribute {
	all := []attribute{
		presence(lowcode.KeyIdentityStatus, marksIdentified),
		presence(lowcode.KeyRequestCost, marksCost),
		text(lowcode.KeyCredentialID, headerCredential, rankFound).stating(Credential).reading(readFound),
		text(lowcode.KeyCredentialHash, textHash, 1).stating(Credential),
		text(lowcode.KeyCredentialType, textCredentialType, 1),
		text(lowcode.KeyTokenClientID, textClient, rankEvent).stating(JWTClaim), // of an identity provider's event
		text(lowcode.KeyTokenIssuer, textEventIssuer, 1),
		text(lowcode.KeyWorkflowID, headerWorkflow, rankFound).stating(Header).reading(readFound).marking(marksWorkflow),
	}
	for i := range all {
		all[i].own = true
		all[i].marks |= marksOwn
	}
	return all
}

// headerAttributes are the request headers that say the same for every
// configuration. In older instrumentation they have underscores for dashes.
func headerAttributes() []attribute {
	var all []attribute
	add := func(name string, into uint8, read reading, method Method, marks mark) {
		dashed, underscored := headerKeys(name)
		a := attribute{source: source{rank: rankDashed}, key: dashed, read: read, into: into, marks: marks}
		if method != None {
			a.evidence = method.String() + "=" + dashed
		}
		all = append(all, a)
		a.key, a.rank = underscored, rankUnderscored
		if read == readHeader && into < gatewayHeaders {
			a.marks |= marksUnderscored
		}
		all = append(all, a)
	}
	add("x-consumer-username", headerConsumerUsername, readHeader, GatewayConsumer, 0)
	add("x-consumer-custom-id", headerConsumerCustomID, readHeader, GatewayConsumer, 0)
	add("x-consumer-id", headerConsumerID, readHeader, GatewayConsumer, 0)
	add("x-credential-identifier", headerCredential, readHeader, Credential, 0)
	add("x-anonymous-consumer", headerAnonymous, readHeader, None, 0)
	add("x-forwarded-client-cert", headerForwarded, readJoined, MTLS, marksCertificate)
	add("x-ms-workflow-id", headerWorkflow, readHeader, Header, marksWorkflow)
	add("x-ms-workflow-run-id", headerRunID, readHeader, None, marksWorkflow)
	add("x-ms-workflow-operation-name", headerStep, readHeader, None, marksWorkflow)
	add("user-agent", textUserAgent, readSingle, UserAgent, 0)
	add("x-sdk", 0, readNothing, None, marksSDK)
	return all
}

func text(key string, into, rank uint8) attribute {
	return attribute{source: source{rank: rank}, key: key, read: readText, into: into}
}

func presence(key string, marks mark) attribute { return attribute{key: key, marks: marks} }

// stating returns a as a source of a method's evidence.
func (a attribute) stating(method Method) attribute {
	a.evidence = method.String() + "=" + a.key
	return a
}

func (a attribute) marking(marks mark) attribute {
	a.marks = marks
	return a
}

func (a attribute) reading(read reading) attribute {
	a.read = read
	return a
}
