-- Each request names another machine of the folder that `Matchbox.Bench boot-folder` wrote.  wrk -s machines.lua URL -- PATH MACHINES
local requests, next_one = {}, 0

function init(args)
  local path, machines = args[1] or "/ipxe", tonumber(args[2] or "10000")
  for i = 0, machines - 1 do
    local mac = string.format("52-54-00-%02x-%02x-%02x", math.floor(i / 65536) % 256, math.floor(i / 256) % 256, i % 256)
    requests[i] = wrk.format("GET", string.format(
      "%s?uuid=16e7d8a7-bfa9-428b-9117-%012x&mac=%s&domain=example.net&hostname=&serial=VM%06d&arch=x86_64", path, i, mac, i))
  end
end

function request()
  next_one = (next_one + 1) % (#requests + 1)
  return requests[next_one]
end
