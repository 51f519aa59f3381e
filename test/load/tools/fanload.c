/* fanload - SSE / WebSocket fan-out load generator and delivery checker.
 *
 *   gcc -O2 -Wall -o fanload fanload.c          (plain libc, Linux epoll, one thread)
 *
 * Opens N connections to host:port and counts, checks and times every event
 * they deliver. An event is recognised by the marker that loggen writes:
 *
 *        seq=<n> t=<unix-nanoseconds>          (anywhere in the payload)
 *
 * Per connection seq must rise by exactly 1. Anything else is counted:
 *   gaps      missing numbers (sum over all jumps forward)
 *   dups      seq equal to the last one seen
 *   reorders  seq lower than the last one seen
 * Latency is (receive time - t); the clock is read once per socket read, after
 * the read returns, so an event's figure includes its wait in the socket buffer.
 *
 * Protocol handling
 *   SSE  HTTP/1.1 GET; status must be 200; identity, Content-Length or chunked
 *        bodies. Chunk framing is removed before scanning, so a marker cut in
 *        two by a chunk edge or by a read edge is still found. Only lines that
 *        begin with "data:" count. One event = one data line with a marker.
 *   WS   --ws: RFC 6455 client, masked client frames, answers pings (RFC) and
 *        Engine.IO pings ("2" -> "3"). Every marker in a text/binary frame
 *        counts, so one frame may hold many lines (newline or JSON separated).
 *
 * Options (defaults in brackets)
 *   -h HOST[127.0.0.1] -p PORT[8080] -u PATH[/]  -n CONNS[1]
 *   -r RAMP        connections started per second [2000]
 *   -d SECS        measure time after all are connected [5]
 *   -w SECS        warm-up after the last connect, not counted for rate or
 *                  latency (order is always checked) [0]
 *   -e COUNT       stop once EVERY connection has COUNT events [off]
 *   -E COUNT       stop once the TOTAL reaches COUNT events [off]
 *   -H 'K: V'      extra header, repeatable
 *   --each FILE    a header a line: connection i sends line i, and begins anew behind
 *                  the last (a token of its own for each)
 *   --ws           WebSocket
 *   --first TEXT   text frame to send after the upgrade, repeatable (<=8)
 *   --first-on S   hold back the 2nd and later --first texts until a frame
 *                  starting with S is seen (Engine.IO: --first 40 --first-on 40)
 *   --any          count every data line / frame even without a marker
 *   --ready FILE   create FILE when all connections are up (for scripts)
 *   --settle SECS  give up connecting after this long [30]
 *   --from N       demand that the first event of each connection has seq N [any]
 *   --silent SECS  a connection is silent if at the end its last event is older than the
 *                  newest of all by so much, and by more than twice the worst latency
 *                  (a server that is starved gets round late); not with -e [2]
 *   --rcvbuf B     SO_RCVBUF of each socket
 *   --slow USEC    sleep USEC between reads (a slow reader)
 *   --selftest N   parse a synthetic stream of N events from memory: the ceiling
 *                  of this tool's own parser (no sockets)
 *   --csv          per second "sec,events" lines on stderr
 *
 * Output: one JSON line. first_ms: time from the start of the connect ramp to
 * the last connection's first event. span_s: first to last counted event.
 * min_ev / max_ev: least and most events on one connection. zero: connections without
 * any. silent: those that no longer got what others did.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

typedef uint64_t u64;
typedef int64_t i64;

enum { RBUF = 1 << 18, CARRY_MAX = 1 << 23, REQMAX = 1 << 16, MAXFIRST = 8 };
enum { ST_CONNECTING, ST_HEAD, ST_BODY, ST_DONE };
enum { CH_SIZE, CH_EXT, CH_DATA, CH_DATA_LF, CH_END };

typedef struct {
  int fd, st, id;
  int chunked, chst;           /* chunked decoder */
  u64 chleft;
  char *carry; int clen, ccap; /* bytes of an unfinished line / frame / head */
  i64 last, at; u64 ev;        /* last seq, when it came, events seen */
  int first_sent;
} conn;

static const char *host = "127.0.0.1", *path = "/", *readyf = 0, *first_on = 0;
static const char *hdrs[16], *firsts[MAXFIRST];
static char **each;
static int nhdr, nfirst, neach, port = 8080, N = 1, ws, anyev, rcvbuf, slow_us, csv;
static double ramp = 2000, dur = 5, warm = 0, settle = 30, silent_s = 2;
static u64 want_each = 0, want_total = 0;
static i64 from = -1;

static conn *C;
static int ep, live, up, fails, closed_early, http_err, done_each;
static u64 ev_total, ev_meas, bytes_meas, bytes_total, gaps, dups, reord, unmarked, reads, frames;
static i64 t_now, t_first, t_last, t_firstmax;  /* unix ns */
static int measuring;
static char *reqbuf; static int reqlen;
static volatile sig_atomic_t stop;

/* ---- log-linear histogram: 64 sub-buckets per power of two, in us ------- */
#define SUB 64
static u64 hist[64 * SUB]; static i64 lat_max = 0; static u64 lat_n = 0; static double lat_sum = 0;
static inline void rec(i64 ns) {
  if (ns < 0) ns = 0;
  if (ns > lat_max) lat_max = ns;
  lat_n++; lat_sum += ns;
  u64 us = (u64)ns / 1000; int ix;
  if (us < SUB) ix = (int)us;
  else { int e = 63 - __builtin_clzll(us) - 6; ix = (e + 1) * SUB + (int)((us >> e) - SUB); }
  hist[ix]++;
}
static double pct(double p) {           /* upper edge of the bucket, ms */
  if (!lat_n) return -1;
  u64 want = (u64)(p * lat_n + 0.999999), c = 0; if (want < 1) want = 1;
  for (int i = 0; i < 64 * SUB; i++) {
    c += hist[i];
    if (c >= want) {
      if (i < SUB) return (i + 1) / 1e3;
      int e = i / SUB - 1; u64 lo = (u64)(SUB + i % SUB) << e;
      double v = (lo + ((u64)1 << e)) / 1e3, m = lat_max / 1e6;
      return v < m ? v : m;
    }
  }
  return lat_max / 1e6;
}
static i64 unow(void) { struct timespec t; clock_gettime(CLOCK_REALTIME, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
static i64 mono(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }

/* ---- events ------------------------------------------------------------ */
static void count(conn *c, i64 seq, i64 t) {
  if (c->ev == 0) {
    if (t_now > t_firstmax) t_firstmax = t_now;
    if (from >= 0 && seq >= 0 && seq != from) { if (seq > from) gaps += seq - from; else reord++; }
  } else if (seq >= 0) {
    if (seq == c->last) dups++;
    else if (seq < c->last) reord++;
    else if (seq != c->last + 1) gaps += seq - c->last - 1;
  }
  if (seq > c->last || c->ev == 0) c->last = seq;
  c->at = t_now; c->ev++; ev_total++;
  if (want_each && c->ev == want_each) done_each++;
  if (measuring) {
    ev_meas++;
    if (!t_first) t_first = t_now;
    t_last = t_now;
    if (t > 0) rec(t_now - t);
  }
}
/* Find each "seq=<n> t=<ns>" in [p,e); returns how many. */
static int markers(conn *c, const char *p, const char *e) {
  int n = 0;
  while (e - p > 7) {
    /* '=' is rare in lines: looking for it alone is several times as fast as memmem of the whole mark. */
    const char *q = memchr(p + 3, '=', e - p - 3);
    if (!q) break;
    if (memcmp(q - 3, "seq", 3)) { p = q - 2; continue; }
    q++; i64 s = 0; const char *d = q;
    while (d < e && (unsigned)(*d - '0') < 10) s = s * 10 + (*d++ - '0');
    if (d == q || e - d < 4 || d[0] != ' ' || d[1] != 't' || d[2] != '=') { p = q; continue; }
    d += 3; i64 t = 0;
    while (d < e && (unsigned)(*d - '0') < 10) t = t * 10 + (*d++ - '0');
    count(c, s, t); n++; p = d;
  }
  return n;
}
static void need(conn *c, int extra) {
  if (c->clen + extra <= c->ccap) return;
  int cap = c->ccap ? c->ccap : 512;
  while (cap < c->clen + extra) cap *= 2;
  c->carry = realloc(c->carry, cap); c->ccap = cap;
  if (!c->carry) { perror("realloc"); exit(1); }
}
static void stash(conn *c, const char *p, int n) {
  if (n <= 0) return;
  if (c->clen + n > CARRY_MAX) { fprintf(stderr, "fanload: a line or frame of more than %d bytes\n", CARRY_MAX); exit(1); }
  need(c, n); memcpy(c->carry + c->clen, p, n); c->clen += n;
}
static inline void sse_line(conn *c, const char *p, const char *e) {
  if (e - p >= 5 && p[0] == 'd' && !memcmp(p, "data:", 5)) {
    if (!markers(c, p + 5, e)) { if (anyev) count(c, -1, 0); else unmarked++; }
  }
}
/* Decoded SSE body bytes: complete the stashed line, scan lines, stash the rest. */
static void sse_body(conn *c, const char *p, int n) {
  const char *e = p + n, *nl;
  if (c->clen) {
    nl = memchr(p, '\n', n);
    if (!nl) { stash(c, p, n); return; }
    stash(c, p, nl - p); sse_line(c, c->carry, c->carry + c->clen); c->clen = 0; p = nl + 1;
  }
  while (p < e && (nl = memchr(p, '\n', e - p))) { sse_line(c, p, nl); p = nl + 1; }
  stash(c, p, e - p);
}
static void sse_chunked(conn *c, const char *p, int n) {
  const char *e = p + n;
  while (p < e) switch (c->chst) {
    case CH_SIZE: {
      int v = *p; v = v >= '0' && v <= '9' ? v - '0' : (v | 32) >= 'a' && (v | 32) <= 'f' ? (v | 32) - 'a' + 10 : -1;
      if (v >= 0) { c->chleft = c->chleft * 16 + v; p++; } else c->chst = CH_EXT;
      break; }
    case CH_EXT: if (*p++ == '\n') c->chst = c->chleft ? CH_DATA : CH_END; break;
    case CH_DATA: {
      int k = e - p; if ((u64)k > c->chleft) k = (int)c->chleft;
      sse_body(c, p, k); p += k; c->chleft -= k; if (!c->chleft) c->chst = CH_DATA_LF; break; }
    case CH_DATA_LF: if (*p++ == '\n') { c->chst = CH_SIZE; c->chleft = 0; } break;
    default: p = e;
  }
}
static void wsend(conn *c, int op, const char *s, int n) {
  unsigned char f[4096 + 16]; int h = 2; if (n > 4096) return;
  f[0] = 0x80 | op;
  if (n < 126) f[1] = 0x80 | n; else { f[1] = 0x80 | 126; f[2] = n >> 8; f[3] = n; h = 4; }
  memset(f + h, 0, 4); h += 4;              /* mask key 0: payload unchanged */
  memcpy(f + h, s, n);
  if (send(c->fd, f, h + n, MSG_NOSIGNAL) != h + n) { /* socket full: ignored */ }
}
static void ws_text(conn *c, const char *p, int n) {
  frames++;
  if (n == 1 && *p == '2') { wsend(c, 1, "3", 1); return; }     /* Engine.IO ping */
  if (first_on && c->first_sent < nfirst && n >= (int)strlen(first_on) && !memcmp(p, first_on, strlen(first_on)))
    while (c->first_sent < nfirst) { wsend(c, 1, firsts[c->first_sent], strlen(firsts[c->first_sent])); c->first_sent++; }
  if (!markers(c, p, p + n)) { if (anyev) count(c, -1, 0); else unmarked++; }
}
static int ws_frames(conn *c, const char *b, int n) { /* returns bytes used */
  int o = 0;
  while (n - o >= 2) {
    const unsigned char *f = (const unsigned char *)b + o; u64 len = f[1] & 127; int h = 2;
    if (len == 126) { if (n - o < 4) break; len = f[2] << 8 | f[3]; h = 4; }
    else if (len == 127) { if (n - o < 10) break; len = 0; for (int i = 2; i < 10; i++) len = len << 8 | f[i]; h = 10; }
    if ((u64)(n - o - h) < len) break;
    int op = f[0] & 15; const char *pl = b + o + h;
    if (op <= 2) ws_text(c, pl, (int)len);
    else if (op == 9) wsend(c, 10, pl, (int)len);
    else if (op == 8) return -1;
    o += h + (int)len;
  }
  return o;
}
static int ws_body(conn *c, const char *p, int n) {
  int u;
  if (c->clen) {
    stash(c, p, n); u = ws_frames(c, c->carry, c->clen);
    if (u < 0) return -1;
    memmove(c->carry, c->carry + u, c->clen - u); c->clen -= u;
  } else {
    u = ws_frames(c, p, n); if (u < 0) return -1;
    stash(c, p + u, n - u);
  }
  return 0;
}
static int body(conn *c, const char *p, int n) {
  if (ws) return ws_body(c, p, n);
  if (c->chunked) sse_chunked(c, p, n); else sse_body(c, p, n);
  return 0;
}
/* Response head. 1 = ok/more needed, 0 = refused. */
static int head(conn *c, const char *p, int n) {
  stash(c, p, n);
  char *e = memmem(c->carry, c->clen, "\r\n\r\n", 4);
  if (!e) return c->clen < 65536;
  int hl = e - c->carry + 4, rest = c->clen - hl; *e = 0;
  int code = !strncmp(c->carry, "HTTP/1.", 7) ? atoi(c->carry + 9) : 0;
  if (code != (ws ? 101 : 200)) { if (!http_err++) fprintf(stderr, "fanload: %.200s\n", c->carry); return 0; }
  c->chunked = !!strcasestr(c->carry, "transfer-encoding: chunked");
  c->st = ST_BODY; up++;
  char *tmp = 0;
  if (rest) { tmp = malloc(rest); memcpy(tmp, c->carry + hl, rest); }
  free(c->carry); c->carry = 0; c->ccap = c->clen = 0;   /* keep idle memory low */
  if (ws) for (int i = 0; i < nfirst; i++) { if (first_on && i) break; wsend(c, 1, firsts[i], strlen(firsts[i])); c->first_sent = i + 1; }
  int r = 0;
  if (rest) { r = body(c, tmp, rest); free(tmp); }
  return r == 0;
}
static void drop(conn *c, int early) {
  if (c->fd < 0) return;
  if (c->st == ST_CONNECTING || c->st == ST_HEAD) fails++; else if (early) closed_early++;
  close(c->fd); c->fd = -1; c->st = ST_DONE; live--; free(c->carry); c->carry = 0; c->ccap = c->clen = 0;
}
/* What all send, then what is this one's own. */
static int request(conn *c) {
  char own[8192]; int n = snprintf(own, sizeof own, "%s%s\r\n", neach ? each[c->id % neach] : "", neach ? "\r\n" : "");
  if (n >= (int)sizeof own) { fprintf(stderr, "fanload: a header of --each is too long\n"); exit(2); }
  struct iovec v[2] = {{reqbuf, reqlen}, {own, n}}; struct msghdr m = {.msg_iov = v, .msg_iovlen = 2};
  return sendmsg(c->fd, &m, MSG_NOSIGNAL) == reqlen + n;
}
static void read_each(const char *file) {
  FILE *f = fopen(file, "r"); char *l = 0; size_t cap = 0; ssize_t n;
  if (!f) { perror(file); exit(2); }
  while ((n = getline(&l, &cap, f)) > 0) {
    if (l[n - 1] == '\n') l[n - 1] = 0;
    each = realloc(each, (neach + 1) * sizeof *each); each[neach++] = strdup(l);
  }
  free(l); fclose(f);
}
static char rb[RBUF];
static void on_io(conn *c, unsigned ev) {
  if (c->st == ST_CONNECTING) {
    int err = 0; socklen_t l = sizeof err; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
    if (err) { drop(c, 0); return; }
    if (!(ev & EPOLLOUT)) return;
    if (!request(c)) { drop(c, 0); return; }
    c->st = ST_HEAD; struct epoll_event x = {.events = EPOLLIN, .data.ptr = c}; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &x);
    return;
  }
  ssize_t n = recv(c->fd, rb, RBUF, 0);
  if (n <= 0) { if (n < 0 && (errno == EAGAIN || errno == EINTR)) return; drop(c, 1); return; }
  reads++; bytes_total += n; if (measuring) bytes_meas += n;
  t_now = unow();
  if (c->st == ST_HEAD) { if (!head(c, rb, n)) drop(c, 0); }
  else if (body(c, rb, n) < 0) drop(c, 1);
  if (slow_us) usleep(slow_us);
}
static void start_conn(int i) {
  conn *c = &C[i]; memset(c, 0, sizeof *c); c->id = i; c->last = -1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) { fails++; c->st = ST_DONE; return; }
  int one = 1; setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (rcvbuf) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &a.sin_addr);
  live++;
  if (connect(c->fd, (void *)&a, sizeof a) < 0 && errno != EINPROGRESS) { drop(c, 0); return; }
  struct epoll_event x = {.events = EPOLLOUT | EPOLLIN, .data.ptr = c}; epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &x);
}
static void onsig(int s) { (void)s; stop = 1; }

static void selftest(u64 n) {
  enum { K = 100 }; static char b[K * 512]; C = calloc(1, sizeof *C); C->last = -1; C->st = ST_BODY;
  i64 t0 = mono(); u64 s = 0, left = n, by = 0; i64 gen = 0; measuring = 1;
  while (left) {
    i64 g = mono(); int o = 0; t_now = unow();
    for (int i = 0; i < K; i++) o += sprintf(b + o, "id: %llu\ndata: seq=%llu t=%lld %.*s\n\n", (unsigned long long)s, (unsigned long long)s, (long long)t_now, 60,
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"), s++;
    gen += mono() - g; sse_body(C, b, o); by += o; left = left > K ? left - K : 0;
  }
  double sec = (mono() - t0 - gen) / 1e9;
  printf("{\"selftest_events\":%llu,\"events_s\":%.0f,\"MB_s\":%.1f,\"gaps\":%llu}\n", (unsigned long long)ev_total, ev_total / sec, by / sec / 1e6, (unsigned long long)gaps);
}

int main(int ac, char **av) {
  u64 self = 0;
  for (int i = 1; i < ac; i++) {
    const char *a = av[i];
#define ARG (i + 1 < ac ? av[++i] : (fprintf(stderr, "%s wants a value\n", a), exit(2), ""))
    if (!strcmp(a, "-h")) host = ARG; else if (!strcmp(a, "-p")) port = atoi(ARG);
    else if (!strcmp(a, "-u")) path = ARG; else if (!strcmp(a, "-n")) N = atoi(ARG);
    else if (!strcmp(a, "-r")) ramp = atof(ARG); else if (!strcmp(a, "-d")) dur = atof(ARG);
    else if (!strcmp(a, "-w")) warm = atof(ARG); else if (!strcmp(a, "-e")) want_each = strtoull(ARG, 0, 10);
    else if (!strcmp(a, "-E")) want_total = strtoull(ARG, 0, 10);
    else if (!strcmp(a, "-H")) { const char *v = ARG; if (nhdr < 16) hdrs[nhdr++] = v; }
    else if (!strcmp(a, "--ws")) ws = 1;
    else if (!strcmp(a, "--first")) { const char *v = ARG; if (nfirst < MAXFIRST) firsts[nfirst++] = v; }
    else if (!strcmp(a, "--first-on")) first_on = ARG;
    else if (!strcmp(a, "--any")) anyev = 1; else if (!strcmp(a, "--each")) read_each(ARG);
    else if (!strcmp(a, "--ready")) readyf = ARG; else if (!strcmp(a, "--settle")) settle = atof(ARG);
    else if (!strcmp(a, "--from")) from = atoll(ARG); else if (!strcmp(a, "--silent")) silent_s = atof(ARG);
    else if (!strcmp(a, "--rcvbuf")) rcvbuf = atoi(ARG); else if (!strcmp(a, "--slow")) slow_us = atoi(ARG);
    else if (!strcmp(a, "--selftest")) self = strtoull(ARG, 0, 10); else if (!strcmp(a, "--csv")) csv = 1;
    else { fprintf(stderr, "unknown option %s (see the head of fanload.c)\n", a); return 2; }
  }
  if (self) { selftest(self); return 0; }
  signal(SIGPIPE, SIG_IGN); signal(SIGINT, onsig); signal(SIGTERM, onsig);
  struct rlimit rl; getrlimit(RLIMIT_NOFILE, &rl); rl.rlim_cur = rl.rlim_max; setrlimit(RLIMIT_NOFILE, &rl);
  reqbuf = malloc(REQMAX);
  reqlen = snprintf(reqbuf, REQMAX, "GET %s HTTP/1.1\r\nHost: %s:%d\r\n", path, host, port);
  if (reqlen < REQMAX)
    reqlen += snprintf(reqbuf + reqlen, REQMAX - reqlen, "%s", ws ? "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                        : "Accept: text/event-stream\r\n");
  for (int i = 0; i < nhdr && reqlen < REQMAX; i++) reqlen += snprintf(reqbuf + reqlen, REQMAX - reqlen, "%s\r\n", hdrs[i]);
  if (reqlen >= REQMAX) { fprintf(stderr, "fanload: path and headers are longer than %d bytes\n", REQMAX); return 2; }
  C = calloc(N, sizeof *C); ep = epoll_create1(0);
  struct epoll_event evs[512];
  i64 t0 = mono(), tu0 = unow(), t_up = 0, t_meas = 0, t_end = 0, tick = 0; int started = 0; u64 tick_ev = 0; double cpu0 = 0;
  struct rusage ru;
  for (;;) {
    i64 m = mono();
    if (stop) break;
    while (started < N && (m - t0) / 1e9 * ramp >= started) { start_conn(started++); if (started % 64 == 0) break; }
    if (!t_up && started == N && (up + fails + closed_early >= N || (m - t0) / 1e9 > settle + N / ramp)) {
      t_up = m;
      if (readyf) { int f = open(readyf, O_CREAT | O_WRONLY, 0644); if (f >= 0) close(f); }
    }
    if (!t_meas && ((t_up && (m - t_up) / 1e9 >= warm) || ((want_each || want_total) && !warm))) {
      t_meas = m; measuring = 1; getrusage(RUSAGE_SELF, &ru);
      cpu0 = ru.ru_utime.tv_sec + ru.ru_stime.tv_sec + (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
    }
    if (t_up && (m - t_up) / 1e9 >= warm + dur) { t_end = m; break; }
    if (want_each && done_each + fails >= N && started == N && t_up) { t_end = m; break; }
    if (want_total && ev_total >= want_total) { t_end = m; break; }
    if (started == N && !live) { t_end = m; break; }
    if (csv && t_meas && m - tick >= 1000000000LL) { if (tick) fprintf(stderr, "%.0f,%llu\n", (m - t_meas) / 1e9, (unsigned long long)(ev_total - tick_ev)); tick = m; tick_ev = ev_total; }
    int k = epoll_wait(ep, evs, 512, started < N ? 1 : 5);
    for (int i = 0; i < k; i++) on_io(evs[i].data.ptr, evs[i].events);
  }
  if (!t_end) t_end = mono();
  getrusage(RUSAGE_SELF, &ru);
  double cpu = ru.ru_utime.tv_sec + ru.ru_stime.tv_sec + (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6 - cpu0;
  double el = t_meas ? (t_end - t_meas) / 1e9 : 0, span = (t_last - t_first) / 1e9;
  u64 mn = ~0ULL, mx = 0, zero = 0, silent = 0; i64 newest = 0;
  for (int i = 0; i < N; i++) if (C[i].at > newest) newest = C[i].at;
  i64 old = newest - (silent_s * 1e9 > 2 * lat_max ? (i64)(silent_s * 1e9) : 2 * lat_max);
  for (int i = 0; i < N; i++) { if (C[i].ev < mn) mn = C[i].ev; if (C[i].ev > mx) mx = C[i].ev; if (!C[i].ev) zero++; else if (!want_each && C[i].at < old) silent++; }
  printf("{\"conns\":%d,\"up\":%d,\"fails\":%d,\"http_err\":%d,\"closed_early\":%d,\"secs\":%.3f,\"span_s\":%.3f,\"events\":%llu,\"events_s\":%.0f,"
         "\"events_span_s\":%.0f,\"bytes\":%llu,\"MB_s\":%.1f,\"lat_ms\":{\"mean\":%.3f,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f},"
         "\"gaps\":%llu,\"dups\":%llu,\"reorders\":%llu,\"unmarked\":%llu,\"min_ev\":%llu,\"max_ev\":%llu,\"zero\":%llu,\"silent\":%llu,\"connect_s\":%.3f,\"first_ms\":%.1f,"
         "\"reads\":%llu,\"frames\":%llu,\"events_all\":%llu,\"bytes_all\":%llu,\"cpu\":%.2f}\n",
         N, up, fails, http_err, closed_early, el, span, (unsigned long long)ev_meas, el > 0 ? ev_meas / el : 0, span > 0 ? ev_meas / span : 0,
         (unsigned long long)bytes_meas, el > 0 ? bytes_meas / el / 1e6 : 0, lat_n ? lat_sum / lat_n / 1e6 : -1, pct(.5), pct(.9), pct(.99), pct(.999), lat_max / 1e6,
         (unsigned long long)gaps, (unsigned long long)dups, (unsigned long long)reord, (unsigned long long)unmarked, (unsigned long long)mn, (unsigned long long)mx,
         (unsigned long long)zero, (unsigned long long)silent, t_up ? (t_up - t0) / 1e9 : -1, t_firstmax ? (t_firstmax - tu0) / 1e6 : -1, (unsigned long long)reads, (unsigned long long)frames,
         (unsigned long long)ev_total, (unsigned long long)bytes_total, el > 0 ? cpu / el : 0);
  return 0;
}
