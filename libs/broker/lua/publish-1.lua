-- Publishes a batch that was appended without being published.
--
-- KEYS  1 lines
-- ARGV  1 live   2 the position that the append has answered
-- Answer: 1, or 0 where no batch ends there: none was appended, or retention has taken it already

local stored = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
if not stored or stored[2][2] ~= FORMAT then
  return 0
end
local entry, last = entry_of(stored), position(stored[1])
local first = last.seq - entry.records + 1
redis.call('SPUBLISH', ARGV[1], live_message(last.epoch, first, last.seq, entry.time, entry.payload, entry.hash))
return 1
