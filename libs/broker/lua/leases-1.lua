-- Renews, takes, claims or gives back leases. The rule is that of `LeaseTable`.
--
-- KEYS  1 leases, a hash: "<until ms> <holder> <until ms> <claimant>" by name, with 0 and - for nobody. What is not of this form a newer
--       version has written: it is left as it is.
-- ARGV  1 the holder   2 for how many ms; 0 gives all of them back   3 where the sweep goes on   then for each name: '1' to claim it, or '0'; the name
-- Answer
--   where the sweep goes on next, ms until the first of others' runs out or -1, then for each name: its holder, its claimant ('' for nobody)
--   unknown  <text>   what a newer version has written of one of the names; nothing is changed then

local leases, me, ttl = KEYS[1], ARGV[1], tonumber(ARGV[2])
local now = milliseconds()

-- What nobody has asked for since is swept a little at a time.
local SWEEP = 50
-- The hash goes when nobody asks at all.
local IDLE_MS = 3600000

local FORM = '^(%d+) (%S+) (%d+) (%S+)$'

local function parsed(text)
  local held_until, holder, claim_until, claimant = string.match(text or '', FORM)
  local lease = { held = tonumber(held_until) or 0, holder = holder or '-', claimed = tonumber(claim_until) or 0, claimant = claimant or '-' }
  if lease.held <= now then
    lease.held, lease.holder = 0, '-'
  end
  if lease.claimed <= now then
    lease.claimed, lease.claimant = 0, '-'
  end
  return lease
end

local function ask(lease, claims)
  local claimable = lease.claimant == '-' or lease.claimant == me
  if lease.holder == me or (lease.holder == '-' and claimable) then
    lease.held, lease.holder = now + ttl, me
    if claimable then
      lease.claimed, lease.claimant = 0, '-'
    end
  elseif claimable then
    lease.claimed, lease.claimant = claims and now + ttl or 0, claims and me or '-'
  end
end

local function give_back(lease)
  if lease.holder == me then
    lease.held, lease.holder = 0, '-'
  end
  if lease.claimant == me then
    lease.claimed, lease.claimant = 0, '-'
  end
end

local names = {}
for index = 5, #ARGV, 2 do
  names[#names + 1] = ARGV[index]
end
local stored = #names > 0 and redis.call('HMGET', leases, unpack(names)) or {}
for _, text in ipairs(stored) do
  if text and not string.match(text, FORM) then
    return { 'unknown', text }
  end
end

local swept = redis.call('HSCAN', leases, ARGV[3], 'COUNT', SWEEP)
for index = 1, #swept[2], 2 do
  local lease = parsed(swept[2][index + 1])
  local is_free = lease.holder == '-' and lease.claimant == '-'
  if is_free and string.match(swept[2][index + 1], FORM) then
    redis.call('HDEL', leases, swept[2][index])
  end
end

local answer, runs_out, kept, gone = { swept[1], '-1' }, nil, {}, {}
for index, name in ipairs(names) do
  local lease = parsed(stored[index])
  if ttl > 0 then
    ask(lease, ARGV[2 + 2 * index] == '1')
  else
    give_back(lease)
  end
  if lease.holder == '-' and lease.claimant == '-' then
    gone[#gone + 1] = name
  else
    kept[#kept + 1] = name
    kept[#kept + 1] = int(lease.held) .. ' ' .. lease.holder .. ' ' .. int(lease.claimed) .. ' ' .. lease.claimant
  end
  if lease.holder ~= me then
    local last = lease.holder ~= '-' and lease.held or lease.claimed
    runs_out = math.min(runs_out or last, last)
  end
  answer[#answer + 1] = lease.holder ~= '-' and lease.holder or ''
  answer[#answer + 1] = lease.claimant ~= '-' and lease.claimant or ''
end
if #gone > 0 then
  redis.call('HDEL', leases, unpack(gone))
end
if #kept > 0 then
  redis.call('HSET', leases, unpack(kept))
end
redis.call('PEXPIRE', leases, IDLE_MS)
if runs_out then
  answer[2] = int(runs_out - now)
end
return answer
