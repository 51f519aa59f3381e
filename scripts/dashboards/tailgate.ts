import type { Dashboard } from './dashboard.ts';
import { each, quantiles, rate, total } from './queries.ts';

/** Whether viewers get what they should: the first to look at. */
export const OVERVIEW: Dashboard = {
  uid: 'tailgate-overview',
  title: 'Tailgate',
  rows: [
    {
      title: 'From the files',
      panels: [
        {
          title: 'Lag',
          about: 'Age of the oldest byte that is in a file and not stored yet.',
          unit: 's',
          lines: [each('tailgate_tailing_lag_seconds')],
        },
        {
          title: 'Lag in bytes',
          about: 'What is in the files and not stored yet. The files are the buffer.',
          unit: 'bytes',
          lines: [each('tailgate_tailing_lag_bytes')],
        },
        {
          title: 'Records appended',
          about: 'Lines and notices a second.',
          unit: 'ops',
          lines: [rate('tailgate_tailing_records_total', '{{instance}}', 'instance')],
        },
        {
          title: 'Not delivered',
          about: 'Notices of what could not be delivered, by kind.',
          unit: 'ops',
          lines: [rate('tailgate_tailing_notices_total', '{{notice}}', 'notice')],
        },
        {
          title: 'Files',
          about: 'Followed ones, and paths that can not be followed for now.',
          unit: 'short',
          lines: [total('tailgate_tailing_sources', 'followed'), total('tailgate_tailing_troubles', 'in trouble')],
        },
        {
          title: 'Rotations',
          about: 'Files replaced or cut, by how.',
          unit: 'ops',
          lines: [rate('tailgate_tailing_rotations_total', '{{how}}', 'how')],
        },
      ],
    },
    {
      title: 'To the viewers',
      panels: [
        {
          title: 'Viewers',
          about: 'Connections, by gateway.',
          unit: 'short',
          lines: [each('tailgate_connections')],
        },
        {
          title: 'Records sent',
          about: 'A second, to all viewers together.',
          unit: 'ops',
          lines: [rate('tailgate_sent_records_total', '{{instance}}', 'instance')],
        },
        {
          title: 'From the file to the viewer',
          about: 'From the time of a live record to its handing to connections.',
          unit: 's',
          lines: quantiles('tailgate_carried_seconds'),
        },
        {
          title: 'Gaps',
          about: 'That viewers were told of, by reason.',
          unit: 'ops',
          lines: [rate('tailgate_gaps_sent_total', '{{reason}}', 'reason')],
        },
        {
          title: 'Slow viewers',
          about: 'Live viewers who could not take more and fell back to history.',
          unit: 'ops',
          lines: [rate('tailgate_viewers_slow_total', '{{instance}}', 'instance')],
        },
        {
          title: 'Turned away',
          about: 'Streams that were told to come again, and what was refused because of a limit.',
          unit: 'ops',
          lines: [
            rate('tailgate_streams_refused_total', 'told: {{reason}}', 'reason'),
            rate('tailgate_limit_refusals_total', 'limit: {{limit}}', 'limit'),
          ],
        },
      ],
    },
    {
      title: 'Requests',
      panels: [
        {
          title: 'Rate',
          about: 'Requests that are no streams, by route.',
          unit: 'ops',
          lines: [rate('tailgate_http_requests_total', '{{method}} {{route}}', 'method, route')],
        },
        {
          title: 'Errors',
          about: 'Those answered with a status from 400 on.',
          unit: 'ops',
          lines: [rate('tailgate_http_requests_total', '{{status}}', 'status', '{status=~"[45].."}')],
        },
        {
          title: 'Duration',
          about: 'To the end of the answer, without streams.',
          unit: 's',
          lines: quantiles('tailgate_http_request_duration_seconds'),
        },
      ],
    },
    {
      title: 'The canary',
      panels: [
        {
          title: 'Lost, doubled, out of order',
          about: 'Zero, always.',
          unit: 'ops',
          lines: [
            rate('tailgate_canary_lost_total', 'lost'),
            rate('tailgate_canary_duplicated_total', 'doubled'),
            rate('tailgate_canary_reordered_total', 'out of order'),
          ],
        },
        {
          title: 'Latency',
          about: 'From the writing of a line to its arrival.',
          unit: 's',
          lines: quantiles('tailgate_canary_latency_seconds'),
        },
        {
          title: 'Under way',
          about: 'Age of the oldest line that has not come yet.',
          unit: 's',
          lines: [each('tailgate_canary_outstanding_seconds')],
        },
      ],
    },
  ],
};

const OURS = '{job=~".*tailgate-.*"}';

/** What the processes do with what they have: where to look when the other one shows something. */
export const PROCESSES: Dashboard = {
  uid: 'tailgate-processes',
  title: 'Tailgate: processes',
  rows: [
    {
      title: 'Redis',
      panels: [
        {
          title: 'Requests',
          about: 'A second, by outcome.',
          unit: 'ops',
          lines: [rate('tailgate_broker_request_seconds_count', '{{outcome}}', 'outcome')],
        },
        {
          title: 'Duration of requests',
          about: 'As the processes see it, network included.',
          unit: 's',
          lines: quantiles('tailgate_broker_request_seconds'),
        },
        {
          title: 'Connections lost',
          about: 'And tries that made none.',
          unit: 'ops',
          lines: [rate('tailgate_broker_connection_losses_total', '{{instance}}', 'instance')],
        },
        {
          title: 'Duration of appends',
          about: 'One is in flight for each file; what comes meanwhile is the next.',
          unit: 's',
          lines: quantiles('tailgate_tailing_append_seconds'),
        },
        {
          title: 'Appends that failed or conflicted',
          about: 'Failed ones are tried again; after a conflict reading goes on where the other one is.',
          unit: 'ops',
          lines: [
            rate('tailgate_tailing_append_failures_total', 'failed'),
            rate('tailgate_tailing_conflicts_total', 'conflicted'),
            rate('tailgate_tailing_put_back_batches_total', 'put back'),
          ],
        },
        {
          title: 'Leases',
          about: 'Channels that each process follows.',
          unit: 'short',
          lines: [each('tailgate_tailing_leases')],
        },
      ],
    },
    {
      title: 'Fan-out',
      panels: [
        {
          title: 'Feeds',
          about: 'Channels that a gateway follows for viewers.',
          unit: 'short',
          lines: [each('tailgate_feeds')],
        },
        {
          title: 'Windows',
          about: 'Recent batches in memory, which viewers share.',
          unit: 'bytes',
          lines: [each('tailgate_feed_bytes')],
        },
        {
          title: 'Rounds',
          about: 'How long it took to write to all who had something new.',
          unit: 's',
          lines: quantiles('tailgate_round_seconds'),
        },
        {
          title: 'Sessions',
          about: 'Channels that viewers follow, each for each viewer.',
          unit: 'short',
          lines: [each('tailgate_sessions')],
        },
        {
          title: 'History read',
          about: 'Bytes a second, from Redis, for viewers who catch up.',
          unit: 'Bps',
          lines: [rate('tailgate_history_read_bytes_total', '{{instance}}', 'instance')],
        },
        {
          title: 'Read back',
          about: 'Times that live messages were lost, or the broker did not answer.',
          unit: 'ops',
          lines: [
            rate('tailgate_live_messages_lost_total', 'messages lost'),
            rate('tailgate_broker_failures_total', 'no answer'),
          ],
        },
      ],
    },
    {
      title: 'Jobs',
      panels: [
        {
          title: 'Turns',
          about: 'At jobs, by queue and by what became of them.',
          unit: 'ops',
          lines: [rate('tailgate_jobs_turns_total', '{{queue}}: {{outcome}}', 'queue, outcome')],
        },
        {
          title: 'Alerts',
          about: 'Of the rules over channels, new ones a second.',
          unit: 'ops',
          lines: [rate('tailgate_jobs_alerts_total', '{{instance}}', 'instance')],
        },
      ],
    },
    {
      title: 'Node',
      panels: [
        {
          title: 'Processor time',
          about: 'One is a core.',
          unit: 'short',
          lines: [rate('process_cpu_seconds_total', '{{instance}}', 'instance', OURS)],
        },
        {
          title: 'Memory',
          about: 'Resident.',
          unit: 'bytes',
          lines: [each('process_resident_memory_bytes', OURS)],
        },
        {
          title: 'Delay of the event loop',
          about: 'One time in a hundred it is later than that.',
          unit: 's',
          lines: [each('nodejs_eventloop_lag_p99_seconds', OURS)],
        },
        {
          title: 'Open files',
          about: 'A viewer takes one, and so does a file that is not quiet.',
          unit: 'short',
          lines: [each('process_open_fds', OURS)],
        },
        {
          title: 'Garbage collection',
          about: 'Seconds a second, by kind.',
          unit: 'percentunit',
          lines: [rate('nodejs_gc_duration_seconds_sum', '{{kind}}', 'kind', OURS)],
        },
        {
          title: 'Up',
          about: 'Whether Prometheus reaches it.',
          unit: 'short',
          lines: [{ query: `up${OURS}`, legend: '{{job}} {{instance}}' }],
        },
      ],
    },
  ],
};
