// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin

package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNotInstalled says that there is no PostgreSQL on this machine, and what to
// install.
var ErrNotInstalled = errors.New("PostgreSQL is not installed: initdb and postgres are neither in PATH nor in " +
	"/usr/lib/postgresql/*/bin (Debian: postgresql, Fedora: postgresql-server, Alpine: postgresql, Homebrew: postgresql@17)")

// startTime is how long a server may take until it answers.
const startTime = time.Minute

// Server is a running PostgreSQL with an empty cluster in a folder of its own.
// Server and folder go when Stop is called or this process ends, however it
// does: a shell holds the other end of a pipe and tidies up when that closes.
type Server struct {
	URL string // of the superuser, in the database "postgres"

	data string // the cluster's folder
	pipe io.Closer
	done chan error
}

// watch runs the server ($1) in the folder ($2) until our end of standard input
// closes. Its own group keeps it from an interrupt that is meant for us.
const watch = `
trap '' INT TERM HUP
"$1/postgres" -D "$2/data" -k "$2" >"$2/log" 2>&1 </dev/null &
cat >/dev/null
kill -INT $!
wait $!
cd / && rm -rf "$2"
`

// watchRestarting is watch for a server that comes back by itself when it is
// killed, as under the supervisor of a real deployment.
const watchRestarting = `
trap '' INT TERM HUP
(while [ ! -e "$2/stop" ]; do "$1/postgres" -D "$2/data" -k "$2" >>"$2/log" 2>&1 </dev/null; done) &
loop=$!
cat >/dev/null
touch "$2/stop"
while kill -0 $loop 2>/dev/null; do
	kill -INT $(head -n 1 "$2/data/postmaster.pid" 2>/dev/null) 2>/dev/null
	sleep 0.1
done
cd / && rm -rf "$2"
`

// settings trade safety, which a test does not need, for speed.
const settings = common + `
fsync = off
synchronous_commit = off
full_page_writes = off
`

// durable keeps what it acknowledges, as a server does that people rely on.
const durable = common + `
fsync = on
synchronous_commit = on
full_page_writes = on
`

const common = `
listen_addresses = ''
max_connections = 200
shared_buffers = 64MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
autovacuum = off
jit = off
timezone = 'UTC'
log_min_messages = fatal
`

// Start makes a cluster and starts a server on it.
func Start(ctx context.Context) (*Server, error) { return startWith(ctx, folder(), settings, watch) }

// StartDurable starts a server that keeps what it acknowledges, and that starts
// again by itself after Kill.
func StartDurable(ctx context.Context) (*Server, error) {
	dir := os.TempDir()
	if len(dir) >= 60 {
		dir = "/tmp"
	}
	return startWith(ctx, dir, durable, watchRestarting)
}

func startWith(ctx context.Context, parent, settings, watch string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "entente-pg-")
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, bin, dir, settings, watch)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		os.RemoveAll(dir)
		return nil, fmt.Errorf("start PostgreSQL: %w\n%s", err, log)
	}
	return s, nil
}

func start(ctx context.Context, bin, dir, settings, watch string) (*Server, error) {
	attr, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := command(attr, dir, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres",
		"--locale=C", "--encoding=UTF8", "--auth=trust", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, bytes.TrimSpace(out))
	}
	config, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	if _, err := config.WriteString(settings); err != nil {
		return nil, errors.Join(err, config.Close())
	}
	if err := config.Close(); err != nil {
		return nil, err
	}
	watcher := command(attr, dir, "sh", "-c", watch, "sh", bin, dir)
	pipe, err := watcher.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := watcher.Start(); err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode()}
	s := &Server{URL: address.String(), data: data, pipe: pipe, done: make(chan error, 1)}
	go func() { s.done <- watcher.Wait() }()
	if err := s.Await(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// Await returns when the server answers.
func (s *Server) Await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.URL)
		if err == nil {
			return conn.Close(ctx)
		}
		if ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Kill ends all processes of the server at once, as a crash of the machine would,
// and leaves what they had open as it is.
func (s *Server) Kill() error {
	text, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(string(first))
	if err != nil {
		return err
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil && !errors.Is(err, os.ErrNotExist) { // only Linux tells; elsewhere they notice by themselves
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return err
	}
	for _, child := range bytes.Fields(children) {
		if pid, err := strconv.Atoi(string(child)); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended just now
		}
	}
	return nil
}

// Database makes a fresh, empty database on the server, and returns its address.
func (s *Server) Database(name string) (string, error) {
	err := run(s.URL, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
	return inDatabase(s.URL, name), err
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() error {
	if err := s.pipe.Close(); err != nil {
		return err
	}
	return <-s.done
}

// binaries returns the folder of the newest PostgreSQL here.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrNotInstalled
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

// version returns 15 for /usr/lib/postgresql/15/bin/initdb.
func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// folder returns where to put the cluster: in memory if there is room, where a
// database is made in a tenth of the time; else among the temporary files,
// unless their folder's name leaves no room for that of a socket, which must
// fit into 107 bytes.
func folder() string {
	const memory, room = "/dev/shm", 2 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && uint64(fs.Bavail)*uint64(fs.Bsize) > room {
		return memory
	}
	if dir := os.TempDir(); len(dir) < 60 {
		return dir
	}
	return "/tmp"
}

// unprivileged says as whom to run the server, which refuses to be root, and
// gives dir to that user.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		who, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(who.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(who.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr, os.Chown(dir, int(uid), int(gid))
	}
	return nil, errors.New("root may not run PostgreSQL, and there is no user postgres or nobody")
}

func command(attr *syscall.SysProcAttr, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr, cmd.Dir = attr, dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "HOME=" + dir}
	return cmd
}
