-- What a channel holds, once what has grown too old is let go of.
--
-- KEYS  1 meta   2 lines
-- Answer
--   known    <head> <epochs, as in meta> <records> <ms of the newest batch> <the head as of the last purge, or ''> [<id of the oldest entry> <its records>]
--   absent
--   unknown  <format>   a newer version has written it

local meta, lines = KEYS[1], KEYS[2]
local format, head, epochs, updated, purged, count, bytes, oldest, age =
  unpack(redis.call('HMGET', meta, 'v', 'h', 'e', 'u', 'p', 'n', 'b', 'o', 'a'))
if not format then
  return { 'absent' }
end
if format ~= FORMAT then
  return { 'unknown', format }
end
local history = expire(meta, lines, history_of(count, bytes, oldest), age)
local answer = { 'known', head, epochs, int(history.records), updated, purged or '' }
if history.oldest then
  answer[7], answer[8] = history.oldest.id, int(history.oldest.records)
end
return answer
