-- Appends a batch to a channel, if its source's checkpoint is the expected one, and moves the checkpoint.
--
-- KEYS  1 meta   2 lines   and, of a source that appends once: 3 where its checkpoint is, instead of in meta
-- ARGV  1 source   2 the expected checkpoint after a '=', or '' for none   3 the next checkpoint   4 how many records   5 payload
--       6 the highest position that the caller has seen, or ''   7 records, 8 bytes and 9 milliseconds to retain, or '' for no bound
--       10 '1' to publish the batch; '0' where publish-1 does, once replicas have it
--       11 live: the channel of sharded pub/sub, of the same slot. As a key it would never be there, and while a slot of a cluster
--          is on the move scripts are put off as long as one of their keys is missing.
--       12 the position that this append was answered with before it was forgotten, or ''
--       13 for how many ms the checkpoint in the third key is kept
--       and where the batch has a hash: 14 "<hash> <factorOf its bytes>"
--       15 the field s of meta as the caller knows it, or ''   16 the running hash after the batch if it is still that
-- Answer
--   appended  <position> <ms of the channel's newest batch> [<running hash>]   the hash where it is another than the caller thought.
--             Also where an earlier try of this append has succeeded
--   conflict  [<position> <checkpoint>]                        what is stored, where anything is; also where it can't be put back
--   refused   <why>                                            and will be again
--   unknown   <format>                                         a newer version has written it
--
-- Scripts don't roll back: all that may fail is done before the first write, and that one, where the memory is full, frees some
-- or is refused. (Once a script has written, Redis refuses it no memory.)

local meta, lines, once, live = KEYS[1], KEYS[2], KEYS[3], ARGV[11]
local checkpoint_field, expected, next_checkpoint, payload = 'c:' .. ARGV[1], ARGV[2], ARGV[3], ARGV[5]
local records = tonumber(ARGV[4])
local seen = ARGV[6] ~= '' and position(ARGV[6]) or nil
local retain_records, retain_bytes, retain_age = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local publishes = ARGV[10] == '1'
local again = ARGV[12] ~= '' and position(ARGV[12]) or nil

local REMEMBERED_EPOCHS = 64

-- The run id in meta that no server has: the next append opens an epoch.
local DOUBT = '?'

-- 1. Check.

local format, stored_head, run, epochs, updated, count, bytes, oldest, summed, newest, stored =
  unpack(redis.call('HMGET', meta, 'v', 'h', 'r', 'e', 'u', 'n', 'b', 'o', 's', 'w', checkpoint_field))
if format and format ~= FORMAT then
  return { 'unknown', format }
end
if once then
  stored = redis.call('GET', once)
end
if stored then
  local last, checkpoint = string.match(stored, '^(%S+) (.*)$')
  if checkpoint == next_checkpoint then
    if not publishes then
      -- WAIT waits for the writes of its own connection, and the first try may have come through another one.
      redis.call('HSET', meta, 'v', FORMAT)
    end
    return { 'appended', last, updated or '0' }
  end
  if expected ~= '=' .. checkpoint then
    return { 'conflict', last, checkpoint }
  end
elseif expected ~= '' then
  return { 'conflict' }
end

-- 2. Decide the epoch.

local function is_after(a, b)
  return a.epoch > b.epoch or (a.epoch == b.epoch and a.seq > b.seq)
end

local function latest(list)
  local spans = {}
  for span in string.gmatch(list, '%S+') do
    spans[#spans + 1] = span
  end
  return table.concat(spans, ' ', math.max(1, #spans - REMEMBERED_EPOCHS + 1))
end

-- The highest position that the stream has given, whatever meta says.
local function stream_head()
  if redis.call('EXISTS', lines) == 1 then
    local info = redis.call('XINFO', 'STREAM', lines)
    for index = 1, #info, 2 do
      if info[index] == 'last-generated-id' then
        return position(info[index + 1])
      end
    end
  end
  return { epoch = 0, seq = 0 }
end

-- Another one after each restart and each promotion, also of a server that was the primary before. Asked of the server itself: what
-- a client knows of it may be about the one before the failover. Both sections by one command: they are a
-- good part of what a small append costs.
local function run_id()
  local info = redis.call('INFO', 'server', 'replication')
  local function id_of(field)
    local _, colon = string.find(info, field .. ':', 1, true)
    return string.sub(info, colon + 1, colon + 40)
  end
  return id_of('run_id') .. id_of('master_replid')
end

local now = milliseconds()
local server = run_id()
local head = stored_head and position(stored_head) or nil
local history = history_of(count, bytes, oldest)
local lost_stream = history.records > 0 and redis.call('XLEN', lines) == 0
local orphan_stream = false

if again then
  -- Whatever else was given after these positions may be forgotten, and who gave it: none of them may be given by the next append.
  if not head or lost_stream or again.epoch ~= head.epoch or head.seq + records ~= again.seq
    or is_after(stream_head(), head) then
    if not stored then
      return { 'conflict' }
    end
    return { 'conflict', string.match(stored, '^(%S+) (.*)$') }
  end
  server = DOUBT
elseif not head or run ~= server or lost_stream or (seen and is_after(seen, head)) then
  local given = stream_head().epoch
  orphan_stream = not head and given > 0
  local last_epoch = math.max(given, head and head.epoch or 0, seen and seen.epoch or 0)
  local epoch = math.max(now, last_epoch + 1)
  if epoch > MAX_INTEGER then
    return { 'refused', 'there is no epoch after ' .. int(last_epoch) }
  end
  epochs = head and latest(epochs .. ':' .. int(head.seq) .. ' ' .. int(epoch)) or int(epoch)
  head = { epoch = epoch, seq = 0 }
  summed = nil
end
if lost_stream then
  history = history_of(0, 0, '')
end

-- The stream's newest entry; not known where an older version, which does not say, was the last to append.
local newest_id, newest_as_of = string.match(newest or '', '^(%S+) (%S+)$')
if newest_as_of ~= stored_head then
  newest_id = nil
end

local first, last = head.seq + 1, head.seq + records
if last > MAX_INTEGER then
  return { 'refused', 'there is no position ' .. int(head.epoch) .. '-' .. int(last) }
end
local id = int(head.epoch) .. '-' .. int(last)

-- The product of two polynomials over GF(2), modulo that of CRC-32, reflected.
local function product(a, b)
  local sum, highest = 0, 2147483648
  while a > 0 do
    if a >= highest then
      sum, a = bit.bxor(sum, b), a - highest
    end
    highest = highest / 2
    b = b % 2 == 1 and bit.bxor(bit.rshift(b, 1), 0xedb88320) or bit.rshift(b, 1)
  end
  return sum
end

-- The running hash after the batch. Where that of the head is not known, it begins anew, and says from where.
local function running_hash()
  local is_known = summed and string.sub(summed, 1, #stored_head + 1) == stored_head .. ' '
  if is_known and summed == ARGV[15] then
    return ARGV[16]
  end
  local before, from = 0, head.seq > 0 and '-' .. int(head.seq) or ''
  if is_known then
    local known
    known, from = string.match(summed, ' (%x+)(.*)$')
    before = tonumber(known, 16)
  end
  local own, factor = string.match(ARGV[14], '^(%d+) (%d+)$')
  return bit.tohex(bit.bxor(product(tonumber(factor), before), tonumber(own))) .. from
end

local hash = records > 0 and ARGV[14] and running_hash() or nil

-- 3. Trim. As a command of its own, since an XADD that would trim is refused where the memory is full.

local size = #payload + ENTRY_OVERHEAD
local fits = not retain_bytes or size <= retain_bytes
if records > 0 then
  local left, went = without(meta, lines, history, function(entry, rest)
    return (retain_records and rest.records - entry.records + records >= retain_records)
      or (retain_bytes and rest.bytes + size > retain_bytes)
      or (retain_age and entry.time < now - retain_age)
  end)
  history = left
  if went then
    trim(meta, lines, history)
  end
end
if lost_stream then
  forget_links(meta)
end
if orphan_stream then
  -- With meta went the checkpoints, so all that the stream holds comes again.
  redis.call('UNLINK', lines)
end

-- 4. Append. A batch that alone is over the bound of bytes is published, and never stored.

if records > 0 then
  updated = int(now)
  if fits then
    if hash then
      -- Behind the others, where older versions don't look.
      redis.call('XADD', lines, id, 'v', FORMAT, 'n', int(records), 't', int(now), 'd', payload, 's', hash)
    else
      redis.call('XADD', lines, id, 'v', FORMAT, 'n', int(records), 't', int(now), 'd', payload)
    end
    history.records, history.bytes = history.records + records, history.bytes + size
    local entry = { id = id, records = records, bytes = size, time = now }
    if history.oldest and newest_id and size >= LARGE then
      redis.call('HSET', meta, 'i:' .. newest_id, oldest_text({ oldest = entry }))
    end
    history.oldest = history.oldest or entry
    newest_id = id
  end
end

-- 5. Move the checkpoint.

updated = updated or int(now)
redis.call('HSET', meta, 'v', FORMAT, 'h', id, 'r', server, 'e', epochs, 'u', updated,
  'n', int(history.records), 'b', int(history.bytes), 'o', oldest_text(history), 'a', ARGV[9],
  's', hash and id .. ' ' .. hash or summed or '', 'w', newest_id and newest_id .. ' ' .. id or '')
local answered = id .. ' ' .. next_checkpoint
if once then
  redis.call('SET', once, answered, 'PX', ARGV[13])
else
  redis.call('HSET', meta, checkpoint_field, answered)
end

-- 6. Publish. The message is a copy of the payload: it is made where somebody listens.

if publishes and records > 0 and redis.call('PUBSUB', 'SHARDNUMSUB', live)[2] > 0 then
  redis.call('SPUBLISH', live, live_message(head.epoch, first, last, now, payload, hash))
end
return { 'appended', id, updated, hash ~= ARGV[16] and hash or nil }
