// The program behind `make engine`: it fetches libchdb, the embedded
// ClickHouse engine, once, into the user's cache folder.
//
//	go run ./internal/tools/engine [-integrity sha512-…]
//
// The npm client does the transfer, so that a proxy or a mirror that is set up
// for npm is used here too. What arrives is checked against a pinned checksum.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"github.com/weir-otel/weir/internal/chdb/library"
)

func main() {
	integrity := flag.String("integrity", "", "`checksum` (sha512-…) for a platform that has none pinned, see `npm view <package> dist.integrity`")
	flag.Parse()
	if err := run(*integrity); err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		os.Exit(1)
	}
}

func run(integrity string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	say := func(format string, args ...any) { fmt.Printf("engine: "+format+"\n", args...) }
	if os.Getenv(library.PathVariable) != "" {
		path, err := library.Find()
		if err == nil {
			say("using %s (%s)", path, library.PathVariable)
		}
		return err
	}
	target, err := library.CachePath()
	if err != nil {
		return err
	}
	if integrity == "" {
		integrity = library.Integrity()
	}
	f := fetcher{
		Package: library.Package(), Integrity: integrity, Target: target, Say: say,
		Npm: func() (string, error) { return exec.LookPath("npm") },
	}
	return f.fetch(ctx)
}
