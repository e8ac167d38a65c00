using System.Collections.Immutable;
using Matchbox.Core;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Matchbox.Protocols;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Rest;

/// <summary>What moves a machine through its life beside arming: <see cref="Lifecycle"/> says what may be done when.</summary>
internal sealed class LifecycleEndpoints(MachineCommands commands, MachineWaking waking, MachineReplacing replacing, MachineAnswers answers)
{
    private const string Tag = "Machines";

    public void Map(RestRoutes rest)
    {
        Command(rest, "ignore", commands.IgnoreAsync)
            .Describe("ignoreMachine", Tag, "Say that a machine is none of ours", "It gets no boot answer of any kind, by no way. A lease it gets as before.");
        Command(rest, "unignore", commands.UnignoreAsync)
            .Describe("unignoreMachine", Tag, "Answer a machine again");
        Command(rest, "protect", commands.ProtectAsync)
            .Describe("protectMachine", Tag, "Keep a machine from being armed", "Until it is unprotected, nothing installs on it. An arming that no installer was served by yet is taken back.");
        Command(rest, "unprotect", commands.UnprotectAsync)
            .Describe("unprotectMachine", Tag, "Let a machine be armed again");
        Command(rest, "wake", (machine, by, _, dryRun) => Task.FromResult(waking.Wake(machine, by, dryRun)))
            .Describe("wakeMachine", Tag, "Wake a machine (Wake-on-LAN)", "Sends a packet for each of its MACs on the network where it was last seen, or on all that are served. Whether it wakes, its next DHCP message tells.");
        rest.Operator.MapPost("/machines/{id}/boot-once", BootOnceAsync).RequireOnMachine(Role.Operator)
            .Describe("bootMachineOnce", Tag, "Boot a live profile at a machine's next network boot, and then no more",
                "A profile that installs is refused. It waits for that boot for 24 hours, or `lifetime`. An arming stays as it is.")
            .Takes<OnceRequest>("""{ "profile": "rescue", "lifetime": "2h" }""")
            .Produces<CommandResult>()
            .Fails(ProblemKind.InvalidRequest, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Operator.MapDelete("/machines/{id}/boot-once", (HttpContext context, string id, bool? dryRun) =>
                answers.RunAsync(context, id, machine => commands.CancelBootOnceAsync(machine, context.By(), context.RequestAborted, dryRun ?? false)))
            .RequireOnMachine(Role.Operator)
            .Describe("cancelBootOnce", Tag, "Boot nothing once after all", "The boot that took it already goes on.")
            .Produces<CommandResult>()
            .Fails(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Operator.MapPost("/machines/{id}/replace", ReplaceAsync).RequireOnMachine(Role.Operator)
            .Describe("putInPlaceOfMachine", Tag, "Put another machine into the place of this one",
                "Name, labels and history go along, never an arming or what it was given of protected configs. Its MACs and UUID are retired: "
                + "what comes up with them later is a stranger. `keep` are MACs of cards that went along; `keepsDisks` says that what is installed stays so.")
            .Takes<ReplaceRequest>("""{ "by": "52:54:00:77:00:09", "keep": ["52:54:00:77:00:02"] }""")
            .Produces<CommandResult>()
            .Fails(ProblemKind.InvalidRequest, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Viewer.MapGet("/machines/{id}/inventory", (string id) => answers.Find(id) is { Inventory: { } inventory }
                ? TypedResults.Ok(inventory)
                : throw new ProblemException(ProblemKind.NotFound, $"{id} has not reported what it is made of: matchbox machines boot-once {id} --profile inventory"))
            .RequireOnMachine(Role.Viewer)
            .Describe("getMachineInventory", Tag, "Show what a machine is made of", "Disks, network cards, processors, memory, SMBIOS, firmware and Secure Boot, as a live boot of its own reported them.")
            .Shows("""
                { "at": "2026-03-01T12:00:00Z", "disks": [ { "path": "/dev/sda", "id": "/dev/disk/by-id/wwn-0x5002538e40a1b2c3", "serial": "S4EVNX0R", "wwn": "0x5002538e40a1b2c3",
                  "model": "Samsung SSD 860", "size": 500107862016, "rotational": false, "device": "/dev/disk/by-id/wwn-0x5002538e40a1b2c3" } ],
                  "cards": [ { "name": "eth0", "mac": "52:54:00:77:00:01", "driver": "ixgbe", "speed": 10000, "link": true } ],
                  "processor": { "model": "AMD EPYC 7313", "sockets": 1, "cores": 16, "threads": 32 }, "memory": 68719476736,
                  "system": { "manufacturer": "Supermicro", "product": "AS-1114S", "serial": "S1234" }, "firmware": "uefi", "secureBoot": false }
                """)
            .Fails(ProblemKind.NotFound);
    }

    private async Task<IResult> ReplaceAsync(HttpContext context, string id, bool? dryRun)
    {
        var asked = await RestBody.ReadAsync(context, RestJson.Default.ReplaceRequest);
        var by = asked.By is { Length: > 0 } named ? answers.Find(named)
            : throw new ProblemException(ProblemKind.InvalidRequest, "say which machine takes the place", new ProblemError { Pointer = "/by", Detail = "there is none", Mend = "name a machine that was seen" });
        var keep = ImmutableArray.CreateBuilder<HardwareAddress>();
        foreach (var text in asked.Keep ?? [])
        {
            keep.Add(HardwareAddress.TryParse(text, out var mac) ? mac : throw new ProblemException(
                ProblemKind.InvalidRequest, $"'{text}' is no MAC address", new ProblemError { Pointer = $"/keep/{keep.Count}", Detail = $"'{text}' is no MAC address", Mend = "write it like 52:54:00:77:00:02" }));
        }
        return await answers.RunAsync(context, id, machine =>
        {
            // It becomes what the other was: the right must hold for what it was, too.
            if (context.User.MayChange(by.Labels, machine.Labels) is AccessDecision.Refused refused)
            {
                throw new ProblemException(ProblemKind.Forbidden, refused.Reason);
            }
            return replacing.ReplaceAsync(
                machine, by, new Replacement { Keep = keep.ToImmutable(), KeepsDisks = asked.KeepsDisks }, context.By(), context.RequestAborted, dryRun ?? false);
        });
    }

    private async Task<IResult> BootOnceAsync(HttpContext context, string id, bool? dryRun)
    {
        var asked = await RestBody.ReadAsync(context, RestJson.Default.OnceRequest);
        var profile = asked.Profile is { Length: > 0 } named ? named
            : throw new ProblemException(ProblemKind.InvalidRequest, "say which profile", new ProblemError { Pointer = "/profile", Detail = "there is none", Mend = "name a live profile" });
        var lifetime = LifetimeOf(asked.Lifetime);
        return await answers.RunAsync(context, id, machine => commands.BootOnceAsync(machine, profile, context.By(), lifetime, context.RequestAborted, dryRun ?? false));
    }

    /// <summary>A time of a body, such as <c>4h</c>; null: it says none.</summary>
    /// <exception cref="ProblemException">It is no time.</exception>
    public static TimeSpan? LifetimeOf(string? text) =>
        text is null ? null
        : Durations.TryParse(text, out var parsed) ? parsed
        : throw new ProblemException(ProblemKind.InvalidRequest, $"'{text}' is not a time, such as 4h or 90m",
            new ProblemError { Pointer = "/lifetime", Detail = $"'{text}' is not a time", Mend = "write it like 4h or 90m" });

    private RouteHandlerBuilder Command(RestRoutes rest, string verb, Func<Machine, string, CancellationToken, bool, Task<CommandOutcome>> command) =>
        rest.Operator.MapPost($"/machines/{{id}}/{verb}", (HttpContext context, string id, bool? dryRun) =>
                answers.RunAsync(context, id, machine => command(machine, context.By(), context.RequestAborted, dryRun ?? false)))
            .RequireOnMachine(Role.Operator)
            .Produces<CommandResult>()
            .Fails(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
}
