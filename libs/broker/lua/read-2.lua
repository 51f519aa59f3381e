-- The batches on one side of a position, the nearest first, up to the one that reaches a limit.
--
-- KEYS  1 meta   2 lines
-- ARGV  1 'after' or 'before'   2 the position   3 records, 4 bytes of payload to stop at, or '' for no limit
-- Answer: {id, format, records, ms, payload, running hash where it has one} of each; of one that a newer version has written only {id, format}, and no more

local meta, lines = KEYS[1], KEYS[2]
local forward, from = ARGV[1] == 'after', position(ARGV[2])
local max_records, max_bytes = tonumber(ARGV[3]) or math.huge, tonumber(ARGV[4]) or math.huge
local MAX_CHUNK = 64

local format, count, bytes, oldest, age = unpack(redis.call('HMGET', meta, 'v', 'n', 'b', 'o', 'a'))
if not format then
  return {}
end
if format ~= FORMAT then
  return { { ARGV[2], format } }
end
expire(meta, lines, history_of(count, bytes, oldest), age)

local answer, records, size = {}, 0, 0

-- How many of the entry's records are on the asked side of the position.
local function asked(entry)
  local last = position(entry.id)
  if last.epoch ~= from.epoch then
    return entry.records
  end
  local first = last.seq - entry.records + 1
  local other_side = forward and from.seq - first + 1 or last.seq - from.seq + 1
  return entry.records - math.max(0, other_side)
end

-- Takes the entry; true where a limit is reached, or nothing more can be read.
local function take(stored)
  if stored[2][2] ~= FORMAT then
    answer[#answer + 1] = { stored[1], stored[2][2] }
    return true
  end
  local entry = entry_of(stored)
  answer[#answer + 1] = { entry.id, entry.format, int(entry.records), int(entry.time), entry.payload, entry.hash }
  records, size = records + asked(entry), size + #entry.payload
  return records >= max_records or size >= max_bytes
end

if not forward then
  -- The batch that holds the position, or ends at it, belongs to both sides.
  local holding = redis.call('XRANGE', lines, ARGV[2], '+', 'COUNT', 1)[1]
  if holding then
    local last = position(holding[1])
    local first = last.seq - (tonumber(holding[2][4]) or 1) + 1
    if last.epoch == from.epoch and first < from.seq and take(holding) then
      return answer
    end
  end
end

-- An entry is answered whole, so none is asked for that is surely too much: a few at first, then twice as many.
local at, chunk = ARGV[2], 1
while true do
  local stored = forward and redis.call('XRANGE', lines, '(' .. at, '+', 'COUNT', chunk)
    or redis.call('XREVRANGE', lines, '(' .. at, '-', 'COUNT', chunk)
  for _, entry in ipairs(stored) do
    if take(entry) then
      return answer
    end
  end
  if #stored < chunk then
    return answer
  end
  at, chunk = stored[#stored][1], math.min(chunk * 2, MAX_CHUNK)
end
