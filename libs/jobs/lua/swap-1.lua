-- Replaces a field of a hash if it is what somebody believes it to be.
--
-- KEYS  1 the hash
-- ARGV  1 the field   2 the value that it is believed to have, or empty for none   3 the next value   4 in how many ms the hash expires
-- Answer
--   1 done   0 it has another value
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
