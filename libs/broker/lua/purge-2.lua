-- Lets go of all the records of a channel; its numbers and checkpoints stay.
--
-- KEYS  1 meta   2 lines
-- ARGV  1 only if nothing was appended after this, in ms; or empty
-- Answer
--   purged   <the head>
--   absent   also where something was appended since
--   unknown  <format>   a newer version has written it

local meta, lines = KEYS[1], KEYS[2]
local format, head, updated = unpack(redis.call('HMGET', meta, 'v', 'h', 'u'))
if not format then
  return { 'absent' }
end
if format ~= FORMAT then
  return { 'unknown', format }
end
local idle_since = tonumber(ARGV[1])
if idle_since and tonumber(updated) > idle_since then
  return { 'absent' }
end
-- The stream stays, empty: it knows the highest position that it has given. This goes first, since it is never refused memory.
local nothing = history_of(0, 0, '')
trim(meta, lines, nothing)
forget_links(meta)
redis.call('HSET', meta, 'p', head, 'n', int(nothing.records), 'b', int(nothing.bytes), 'o', oldest_text(nothing))
return { 'purged', head }
