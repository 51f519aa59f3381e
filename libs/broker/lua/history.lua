-- Put before the scripts of a channel: what is stored of its history, and how its oldest entries go.
--
-- `lines`, a stream of batches under the positions of their last records:
--   v  the format, 1     n  how many records     t  when it was appended, in ms     d  the records as NDJSON
--   s  the channel's running hash up to here; absent where the batch came without its own, as from an older version
-- `meta`, a hash:
--   v  the format, 1     h  the head     u  when it was last appended to, in ms
--   r  the run id and the replication id of the server that wrote it last, or '?' where records were put back
--   e  the epochs, "<epoch>:<closing seq> <epoch>:<closing seq> <epoch>", the open one last
--   n  how many records the stream has     b  their bytes, overheads included     o  its oldest entry, "<id> <records> <bytes> <ms>"
--   s  "<position> <running hash>", the last that is known: of the head, unless an append came without a hash
--   p  the head as of the last purge, if any     a  how old an entry may grow, in ms, or empty
--   w  "<id> <position>": the stream's newest entry, as of when that position was the head
--   i:<id>  what follows the entry of this id, as in o, where that is large: it need not be read then when its time has come
--   c:<source>  "<position> <checkpoint>": what the source's last append answered
--
-- `receipt:<source>`, a string that expires: as c:<source>, of a source that appends once.
--
-- Numbers are doubles, exact up to 2^53, of which tostring() prints only 14 digits.

local FORMAT = '1'
local MAX_INTEGER = 9007199254740991

-- What an entry costs beside its payload: its id, its fields and its place in the stream.
local ENTRY_OVERHEAD = 96

-- Redis' Lua looks at every byte of each string that it is given, so a payload of this size is worth a field in meta.
local LARGE = 65536

local function int(number)
  return string.format('%d', number)
end

local function position(text)
  local epoch, seq = string.match(text, '^(%d+)-(%d+)$')
  return { epoch = tonumber(epoch), seq = tonumber(seq) }
end

local function milliseconds()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- An entry as XRANGE answers it: {id, {'v', v, 'n', n, 't', t, 'd', d}}.
local function entry_of(stored)
  local fields = stored[2]
  return {
    id = stored[1],
    format = fields[2],
    records = tonumber(fields[4]),
    time = tonumber(fields[6]),
    payload = fields[8],
    hash = fields[10],
  }
end

-- What o and i: hold.
local function oldest_of(text)
  local id, count, size, time = string.match(text, '^(%S+) (%d+) (%d+) (%d+)$')
  return id and { id = id, records = tonumber(count), bytes = tonumber(size), time = tonumber(time) } or nil
end

local function history_of(records, bytes, oldest)
  return { records = tonumber(records) or 0, bytes = tonumber(bytes) or 0, oldest = oldest_of(oldest or ''), links = {} }
end

-- The field o.
local function oldest_text(history)
  local oldest = history.oldest
  if not oldest then
    return ''
  end
  return oldest.id .. ' ' .. int(oldest.records) .. ' ' .. int(oldest.bytes) .. ' ' .. int(oldest.time)
end

-- What follows an entry, and the field of meta that says so, where one does.
local function entry_after(meta, lines, id)
  local link = 'i:' .. id
  local known = redis.call('HGET', meta, link)
  if known then
    return oldest_of(known), link
  end
  local stored = redis.call('XRANGE', lines, '(' .. id, '+', 'COUNT', 1)[1]
  if not stored then
    return nil
  end
  local entry = entry_of(stored)
  return { id = entry.id, records = entry.records, bytes = #entry.payload + ENTRY_OVERHEAD, time = entry.time }
end

-- The history without the oldest entries for which goes(entry, history) holds, and whether any went. Writes nothing.
local function without(meta, lines, history, goes)
  local left = { records = history.records, bytes = history.bytes, oldest = history.oldest, links = {} }
  local went = false
  while left.oldest and goes(left.oldest, left) do
    went = true
    left.records = left.records - left.oldest.records
    left.bytes = left.bytes - left.oldest.bytes
    left.oldest, left.links[#left.links + 1] = entry_after(meta, lines, left.oldest.id)
  end
  if not left.oldest then
    left.records, left.bytes = 0, 0
  end
  return left, went
end

-- Forgets what follows entries, all that is known of it.
local function forget_links(meta)
  for _, field in ipairs(redis.call('HKEYS', meta)) do
    if string.sub(field, 1, 2) == 'i:' then
      redis.call('HDEL', meta, field)
    end
  end
end

-- Makes the stream what `history` says.
local function trim(meta, lines, history)
  if history.oldest then
    redis.call('XTRIM', lines, 'MINID', '=', history.oldest.id)
  else
    redis.call('XTRIM', lines, 'MAXLEN', '=', 0)
  end
  for _, link in ipairs(history.links) do
    redis.call('HDEL', meta, link)
  end
end

-- Lets go of what has grown too old since the last append; answers what is left. A stream that is gone leaves nothing.
local function expire(meta, lines, history, age)
  if history.records > 0 and redis.call('XLEN', lines) == 0 then
    return history_of(0, 0, '')
  end
  if not history.oldest or not tonumber(age) then
    return history
  end
  local before = milliseconds() - tonumber(age)
  local left, went = without(meta, lines, history, function(oldest)
    return oldest.time < before
  end)
  if went then
    trim(meta, lines, left)
    redis.call('HSET', meta, 'n', int(left.records), 'b', int(left.bytes), 'o', oldest_text(left))
  end
  return left
end

-- What is published of an entry.
local function live_message(epoch, first, last, time, payload, hash)
  local head = FORMAT .. ' ' .. int(epoch) .. ' ' .. int(first) .. ' ' .. int(last) .. ' ' .. int(time)
  return head .. (hash and ' ' .. hash or '') .. '\n' .. payload
end
