package redact

import "strings"

// redisArguments says what stands behind a command before its values.
type redisArguments uint8

const (
	redisKey    redisArguments = iota + 1 // a key, then values
	redisKeys                             // keys only
	redisNone                             // values only: AUTH, PING
	redisSub                              // a subcommand, then values: CONFIG SET
	redisSubKey                           // a subcommand, a key, then values: XGROUP CREATE
	redisScript                           // EVAL script numkeys keys
)

var redisCommands = func() map[string]redisArguments {
	commands := map[string]redisArguments{}
	add := func(arguments redisArguments, names string) {
		for _, name := range strings.Fields(names) {
			commands[name] = arguments
		}
	}
	add(redisKey, `append bitcount bitfield bitfield_ro bitpos copy decr decrby dump expire expireat expiretime geoadd geodist geohash geopos georadius
		georadiusbymember geosearch geosearchstore get getbit getdel getex getrange getset hdel hexists hexpire hget hgetall hgetdel hgetex hincrby hincrbyfloat hkeys hlen hmget
		hmset hpersist hpexpire hpttl hrandfield hscan hset hsetex hsetnx hstrlen httl hvals incr incrby incrbyfloat lindex linsert llen lmove lmpop lpop lpos lpush lpushx
		lrange lrem lset ltrim move mset msetnx persist pexpire pexpireat pexpiretime pfadd psetex pttl publish rename renamenx restore rpop rpoplpush rpush rpushx
		sadd scan scard set setbit setex setnx setrange sismember smembers smismember smove sort sort_ro spop spublish srandmember srem sscan strlen substr ttl type
		xack xadd xautoclaim xclaim xdel xlen xpending xrange xrevrange xsetid xtrim zadd zcard zcount zincrby zlexcount zmscore zpopmax zpopmin
		zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore
		zrevrank zscan zscore json.get json.set json.del bf.add bf.exists cf.add ft.search ft.aggregate ts.add vadd vsim`)
	add(redisKeys, `bitop blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin del exists mget pfcount pfmerge sdiff sdiffstore sinter sintercard sinterstore
		psubscribe punsubscribe ssubscribe subscribe sunion sunionstore sunsubscribe touch unlink unsubscribe watch zdiff zdiffstore zinter zinterstore zunion zunionstore`)
	add(redisNone, `auth hello ping echo select info quit multi exec discard unwatch flushall flushdb dbsize time wait role save bgsave bgrewriteaof lastsave
		slaveof replicaof swapdb migrate monitor sync psync asking readonly readwrite reset lolwut failover randomkey shutdown xread xreadgroup keys`)
	add(redisSub, `acl client cluster command config debug function latency module pubsub script sentinel slowlog`)
	add(redisSubKey, `memory object xgroup xinfo`)
	add(redisScript, `eval eval_ro evalsha evalsha_ro fcall fcall_ro`)
	return commands
}()

// sqlVerbs are commands of Redis and of SQL: only = or a clause tells them apart.
var sqlVerbs = map[string]bool{"set": true, "exec": true, "move": true, "copy": true, "save": true, "sort": true, "rename": true, "restore": true, "wait": true, "debug": true, "watch": true, "get": true, "time": true, "type": true, "select": true, "reset": true, "discard": true, "module": true, "function": true, "keys": true, "hello": true, "append": true, "dump": true, "touch": true, "role": true, "info": true, "script": true, "command": true, "client": true, "config": true, "cluster": true, "exists": true, "object": true, "memory": true, "expire": true, "persist": true, "unlink": true, "scan": true, "monitor": true, "subscribe": true, "publish": true, "sync": true, "migrate": true, "echo": true}

// isRedis reports whether a text whose first word is word is a command of Redis.
func isRedis(word, text string) bool {
	command := strings.ToLower(word)
	if redisCommands[command] == 0 || command == "select" {
		return false
	}
	rest := strings.TrimLeft(text[len(word):], " ")
	if !sqlVerbs[command] {
		return true
	}
	first, _, _ := strings.Cut(rest, " ")
	upper := strings.ToUpper(" " + rest + " ")
	for _, clause := range []string{" = ", "=", " TO ", " FROM ", " WHERE ", " TABLE ", " INTO ", "@", " GLOBAL ", " SESSION ", " NAMES ", "("} {
		if strings.Contains(upper, clause) && (clause != "=" || strings.Contains(first, "=")) && (clause != "@" || strings.HasPrefix(first, "@")) && (clause != "(" || strings.Contains(first, "(")) {
			return false
		}
	}
	return true
}

// redisOptions are words among the values that are part of the command.
var redisOptions = func() map[string]bool {
	options := map[string]bool{}
	for _, option := range strings.Fields("ex px exat pxat nx xx gt lt ch incr keepttl persist get match count type limit withscores withscore byscore bylex rev weights aggregate " +
		"sum min max left right before after block streams group noack maxlen minid withcoord withdist withhash asc desc by store storedist alpha replace async sync fields fnx fxx") {
		options[option] = true
	}
	return options
}()

// redis reads commands, one a line.
func (l *lexer) redis() {
	for i := 0; i < len(l.s); {
		end := strings.IndexByte(l.s[i:], '\n')
		if end < 0 {
			end = len(l.s)
		} else {
			end += i
		}
		l.redisCommand(i, end)
		i = end + 1
	}
}

// redisCommand reads one command: its name and the prefix of its key stay.
func (l *lexer) redisCommand(i, end int) {
	arguments, place, script := redisArguments(0), 0, false
	for {
		from, to := redisWord(l.s, i, end)
		if from == to {
			return
		}
		i = to
		if place == 0 {
			arguments = redisCommands[strings.ToLower(l.s[from:to])]
			if arguments == 0 {
				arguments = redisNone
				if !isCommandName(l.s[from:to]) {
					l.literal(from, to)
				}
			}
			script = arguments == redisScript
			place++
			continue
		}
		switch {
		case place == 1 && (arguments == redisSub || arguments == redisSubKey) && isCommandName(l.s[from:to]):
		case arguments == redisKeys, place == 1 && arguments == redisKey, place == 2 && arguments == redisSubKey, script && place > 2:
			l.redisKey(from, to)
		case place > 1 && redisOptions[strings.ToLower(l.s[from:to])]:
		default:
			l.redisValue(from, to)
		}
		place++
	}
}

// redisWord returns the next argument, with its quotes.
func redisWord(s string, i, end int) (from, to int) {
	for i < end && (s[i] == ' ' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	from = i
	if i < end && (s[i] == '"' || s[i] == '\'') {
		quote := s[i]
		for i++; i < end && s[i] != quote; i++ {
			if s[i] == '\\' {
				i++
			}
		}
		i = min(i+1, end)
	}
	for i < end && s[i] != ' ' && s[i] != '\t' && s[i] != '\r' {
		i++
	}
	return from, i
}

func isCommandName(word string) bool {
	for i := range len(word) {
		if c := word[i]; !isLetter(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return len(word) <= 20
}

// redisKey keeps the segments of a key before the first that is an id:
// user:42:cart becomes user:?.
func (l *lexer) redisKey(from, to int) {
	start := from
	for i := from; i < to; i++ {
		switch c := l.s[i]; {
		case c == ':' || c == '/' || c == '.':
			start = i + 1
		case isLetter(c) || c == '_' || c == '-' || c == '{' || c == '}' || c == '*':
		default:
			l.redisValue(start, to)
			return
		}
	}
}

// redisValue steps over what an earlier redaction has left.
func (l *lexer) redisValue(from, to int) {
	if settled := l.skipSettled(from); settled < to {
		l.literal(from, to)
	}
}
