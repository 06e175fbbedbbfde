// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"entente.example/internal/rate"
	"entente.example/internal/web"
	"entente.example/internal/web/limit"
)

// bounds are the limits of a server: on connections, and on what callers ask.
type bounds struct {
	conns   *limit.Conns
	limiter *limit.Limiter
}

// The numbers that follow from no setting.
const (
	memberConnections  = 64
	memberStreams      = 24               // web counts them; here it bounds what a member has at once
	bodyGrace          = 15 * time.Second // of silence, or before the least speed holds
	bodySpeed          = 1 << 10          // bytes a second: the thinnest line that still carries a form
	answerGrace        = 15 * time.Second // for each 16 KiB of an answer
	bodyFirst          = 64 << 10
	longestAddress     = 8 << 10
	mostHeaders        = 100
	mostFields         = 1000
	savedSeconds       = 5 // of a rate may be used at once
	pagesEachProcessor = 32
	strangersPart      = 0.2 // of the places of strangers, while members are about
	hashingPart        = 0.3 // little of it is the server's own: see Elsewhere
)

// bounds puts the limits of the settings before next.
func (a *App) bounds(next http.Handler) bounds {
	c, cores := a.config, runtime.GOMAXPROCS(0)
	conns := limit.NewConns(limit.ConnLimits{
		Most: c.MaxConnections, MostAddress: c.AddressConnections, MostMember: memberConnections,
		New: rate.PerSecond(c.AddressRate*2, savedSeconds), Slowest: answerGrace,
		Trusted: func(address netip.Addr) bool { return within(c.Proxies, address) },
	}, time.Now)
	a.conns.Store(conns)
	gate := limit.NewGate(64+pagesEachProcessor*cores, max(2, c.MemberRate/10), map[limit.Class]limit.Share{
		limit.Member:   {AtOnce: 64 + pagesEachProcessor*cores, Waiting: 2048, Patience: 10 * time.Second},
		limit.Unknown:  {AtOnce: cores, Waiting: 2048, Patience: 10 * time.Second, Part: strangersPart},
		limit.Stranger: {AtOnce: cores, Waiting: 256, Patience: 3 * time.Second, Part: strangersPart},
		limit.Hashing:  {AtOnce: (cores + 1) / 2, Waiting: 16 * cores, Patience: 10 * time.Second, Part: hashingPart},
		limit.Upload:   {AtOnce: 64, Waiting: 64, Patience: 10 * time.Second},
		limit.Dear:     {AtOnce: 2 + 2*cores, Waiting: 16, Patience: 5 * time.Second},
	}, time.Now)
	refusals := web.NewRefusals(a.world.Demo, a.config.Secure())
	settings := limit.Settings{
		MemberRate: rate.PerSecond(c.MemberRate*unit, savedSeconds), AddressRate: rate.PerSecond(c.AddressRate*unit, savedSeconds),
		MemberAtOnce: max(32, c.MemberRate), AddressAtOnce: max(32, c.AddressRate), AddressStreams: memberStreams, Streams: c.MaxConnections / 4 * 3,
		Pace:  limit.Pace{Grace: bodyGrace, PerSecond: bodySpeed},
		Shape: limit.Shape{Address: longestAddress, Headers: mostHeaders, Fields: mostFields}, BodyFirst: bodyFirst,
	}
	return bounds{conns, limit.New(settings, limit.Around{
		Credential: web.Token, Recognise: a.recognise, Route: a.route, Refuse: a.refusing(refusals.Refuse), Now: time.Now,
	}, gate, next)}
}

// serve ties the limits to a server and returns what it listens on.
func (b bounds) serve(srv *http.Server, l net.Listener) net.Listener {
	srv.Handler, srv.ConnContext = b.limiter, b.conns.Context
	return b.conns.Listen(l)
}

// refusing counts what refuse answers. There is no line in the log: a flood must
// not fill the disk.
func (a *App) refusing(refuse func(http.ResponseWriter, *http.Request, limit.Refusal)) func(http.ResponseWriter, *http.Request, limit.Refusal) {
	return func(w http.ResponseWriter, r *http.Request, why limit.Refusal) {
		refuse(w, r, why)
		a.metrics.HeldBack(why.Status)
	}
}

// recognise returns whose session r bears; a look leaves no trace in it.
func (a *App) recognise(r *http.Request) string {
	signed, err := a.recheck(r.Context(), web.Token(r))
	if err != nil {
		return ""
	}
	return string(signed.Actor.Member)
}

// unit is what an ordinary page takes of a rate: a file that is the same for all
// takes one.
const unit = 5

// dear are the routes that cost more than a page, by what follows the workspace
// in their pattern, or by all of it.
var dear = map[string]limit.Route{
	"GET /live":                         {Units: unit, Stream: true},
	"POST /signin/password":             {Units: 2 * unit, Class: limit.Hashing},
	"POST /me/password":                 {Units: 2 * unit, Class: limit.Hashing},
	"POST /invitation/{token}/password": {Units: 2 * unit, Class: limit.Hashing},
	"GET /exchange/search":              {Units: 3 * unit},
	"GET /w/{workspace}/search":         {Units: 3 * unit},
	"GET /exchange/suggest":             {Units: 3 * unit},
	"GET /w/{workspace}/suggest":        {Units: 3 * unit},
	"GET /w/{workspace}/picture":        {Units: 3 * unit},
	"GET /w/{workspace}/journal":        {Units: 3 * unit},
	"GET /w/{workspace}/export":         {Units: 3 * unit},

	"GET /w/{workspace}/objects/{object}/graph":      {Units: 3 * unit},
	"GET /w/{workspace}/objects/{object}/graph/data": {Units: 3 * unit},

	"POST /w/{workspace}/export":    {Units: 10 * unit, Class: limit.Dear},
	"POST /w/{workspace}/intel/csv": {Units: 10 * unit, Class: limit.Dear},
	"POST /w/{workspace}/import":    {Units: 10 * unit, Class: limit.Upload},
}

// route says what the page that answers r takes.
func (a *App) route(r *http.Request) limit.Route {
	pattern := a.Pattern(r)
	if strings.HasPrefix(pattern, "GET /assets/") {
		return limit.Route{Units: 1, Free: true}
	}
	if route, ok := dear[pattern]; ok {
		return route
	}
	return limit.Route{Units: unit}
}
