using System.Collections.Immutable;
using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox machines</c>: the inventory, and what may be done to a machine.</summary>
internal static class MachinesCommand
{
    private const string Root = "/api/v1/machines";

    private static readonly Option<bool> Json = new("--json") { Description = "JSON, as the API answers", Recursive = true };

    private static readonly Option<string[]> Selector = new("--selector", "-l")
    {
        Description = "machines with this label; also name, mac, uuid, serial, state, protected, subnet, origin; several must all fit",
        HelpName = "KEY=VALUE",
    };

    private static readonly Argument<string?> OptionalMachine = new("machine")
    {
        Description = "MAC, UUID, serial number, name or id",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var machines = new Command("machines",
            """
            Machines that were seen or declared, and what they may do. A machine is named by MAC, UUID, serial number, name or id.

            Examples:
              matchbox machines list --selector state=held
              matchbox machines add 52:54:00:77:00:01 --name node1 --label role=worker
              matchbox machines approve 52:54:00:77:00:01 --name node1 --profile worker
              matchbox machines import rack-b7.csv --dry-run
              matchbox machines arm node1 --lifetime 30m
              matchbox machines why node1
              matchbox machines release --selector rack=b2
            """) { Json };
        machines.SetAction((parsed, cancellation) => ListAsync(parsed, client, [], cancellation));
        var list = new Command("list", "List machines.") { Selector };
        list.SetAction((parsed, cancellation) => ListAsync(parsed, client, parsed.GetValue(Selector) ?? [], cancellation));
        machines.Add(list);
        machines.Add(Show(client));
        machines.Add(WhyCommand.Create(client, Json));
        machines.Add(Add(client));
        machines.Add(ApproveCommand.Create(client, Json));
        machines.Add(ApproveCommand.CreateImport(client, Json));
        machines.Add(Remove(client));
        machines.Add(Arm(client));
        machines.Add(Change(client, "disarm", "Take the permission to install back."));
        machines.Add(Change(client, "release", "Free held machines: they boot by the rules again."));
        machines.Add(BootOnce(client));
        machines.Add(Replace(client));
        machines.Add(InventoryCommand.Create(client, Json));
        machines.Add(Change(client, "wake", "Send the packets that wake machines (Wake-on-LAN) on their network, or on all that are served where it is not known."));
        machines.Add(Change(client, "ignore", "Say that machines are none of ours: they get no boot answer. Leases go on."));
        machines.Add(Change(client, "unignore", "Answer ignored machines again."));
        machines.Add(Change(client, "protect", "Keep machines from being armed; an arming that nothing was served by is taken back."));
        machines.Add(Change(client, "unprotect", "Let protected machines be armed again."));
        return machines;
    }

    private static async Task<int> ListAsync(ParseResult parsed, Func<ParseResult, ControlClient> client, string[] selectors, CancellationToken cancellation)
    {
        using var control = client(parsed);
        var found = await SelectAsync(control, selectors, cancellation);
        if (parsed.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(new MachineList(found), RestJson.Default.MachineList));
            return ExitCode.Ok;
        }
        if (found.Count == 0)
        {
            Console.WriteLine(selectors.Length > 0 ? "no machine fits" : "no machine was seen or declared yet");
            return ExitCode.Ok;
        }
        Table.Write(Console.Out, ["NAME", "MAC", "STATE", "PROFILE", "ADDRESS", "SEEN", "WHY"], found.Select(machine => (string[])
        [
            machine.Name.Length > 0 ? machine.Name : "-",
            machine.Macs.IsEmpty ? machine.Id : machine.Macs[0],
            machine.State,
            machine.Profile ?? "-",
            machine.Address ?? "-",
            machine.LastSeen is { } seen ? $"{Table.Span(TimeProvider.System.GetUtcNow() - seen.At)} ago" : "never",
            machine.HeldBecause ?? "",
        ]));
        return ExitCode.Ok;
    }

    private static Command Show(Func<ParseResult, ControlClient> client)
    {
        var name = new Argument<string>("machine") { Description = "MAC, UUID, serial number, name or id" };
        var show = new Command("show", "Show all that is known of a machine.") { name };
        show.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var machine = await control.GetAsync(PathOf(parsed.GetValue(name)!), RestJson.Default.MachineView, cancellation);
            if (parsed.GetValue(Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(machine, RestJson.Default.MachineView));
                return;
            }
            (string Key, string? Value)[] lines =
            [
                ("id", machine.Id), ("name", machine.Name), ("state", machine.State), ("held because", machine.HeldBecause),
                ("origin", machine.Origin), ("macs", string.Join(", ", machine.Macs)), ("uuid", machine.Uuid), ("serial", machine.Serial),
                ("labels", string.Join(", ", machine.Labels.Select(label => $"{label.Key}={label.Value}"))),
                ("profile", machine.Profile), ("address", machine.Address),
                ("armed for", machine.Arming is { } arming
                    ? $"{arming.Profile} until {arming.ExpiresAt:u} by {arming.By}, {arming.AttemptsLeft} of {arming.AttemptsAllowed} attempts left{(arming.Disk is { } chosen ? $", on {chosen.Device}" : "")}" : null),
                ("boots once", machine.BootOnce is { } once ? $"{once.Profile}{(once.Taken ? ", now" : $", until {once.ExpiresAt:u}")}, by {once.By}" : null),
                ("retired", machine.Retired is { } was ? $"comes with what was {(was.Name.Length > 0 ? was.Name : was.Machine)} until {was.At:u}" : null),
                ("came for", machine.SuggestedReplacementFor is { } others ? string.Join(", ", others.Select(other => $"{(other.Name.Length > 0 ? other.Name : other.Machine)}? ({other.Because})")) : null),
                ("replaced", machine.Replaced is { } before ? string.Join(", ", before.Select(gone => $"{gone.Mac ?? gone.Uuid} at {gone.At:u}")) : null),
                ("inventory", machine.InventoryAt is { } reported ? $"reported at {reported:u}: matchbox machines inventory {machine.Id}" : null),
                ("protected", machine.Protected is { } protect ? $"since {protect.At:u} by {protect.By}" : null),
                ("ignored", machine.Ignored is { } ignored ? $"since {ignored.At:u} by {ignored.By}" : null),
                ("runs", machine.Running is { } running ? $"{running.Profile} since {running.Since:u}" : null),
                ("installed", machine.InstalledAt is { } at ? $"{machine.InstalledProfile} at {at:u}" : null),
                ("first seen", $"{machine.FirstSeenAt:u}"),
                ("last seen", machine.LastSeen is { } seen ? $"{seen.At:u} on {seen.Subnet}, {seen.Architecture}" : null),
                ("relay", machine.LastSeen?.Relay is { } relay ? $"{relay} {machine.LastSeen.RelayPort}" : null),
                ("vendor class", machine.LastSeen?.VendorClass),
            ];
            foreach (var (key, value) in lines.Where(line => !string.IsNullOrEmpty(line.Value)))
            {
                Console.WriteLine($"{key + ":",-14}{value}");
            }
        });
        return show;
    }

    private static Command Add(Func<ParseResult, ControlClient> client)
    {
        var mac = new Argument<string[]>("mac") { Description = "its MAC addresses", Arity = ArgumentArity.ZeroOrMore };
        var name = new Option<string?>("--name") { Description = "host name" };
        var uuid = new Option<string?>("--uuid") { Description = "SMBIOS UUID" };
        var serial = new Option<string?>("--serial") { Description = "serial number" };
        var label = new Option<string[]>("--label") { Description = "label that groups select by", HelpName = "KEY=VALUE" };
        var add = new Command("add", "Put a machine into the inventory, or approve one that was seen.") { mac, name, uuid, serial, label };
        add.SetAction(async (parsed, cancellation) =>
        {
            var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var text in parsed.GetValue(label) ?? [])
            {
                var parts = text.Split('=', 2);
                labels[parts[0]] = parts.Length == 2 ? parts[1] : throw new CommandException($"a label is key=value, not '{text}'");
            }
            var machine = new NewMachine
            {
                Macs = [.. parsed.GetValue(mac) ?? []],
                Name = parsed.GetValue(name),
                Uuid = parsed.GetValue(uuid),
                Serial = parsed.GetValue(serial),
                Labels = labels.Count > 0 ? labels.ToImmutable() : null,
            };
            using var control = client(parsed);
            Print(parsed, await control.SendAsync(HttpMethod.Post, Root, JsonContent.Create(machine, RestJson.Default.NewMachine), RestJson.Default.CommandResult, cancellation));
        });
        return add;
    }

    private static Command Remove(Func<ParseResult, ControlClient> client)
    {
        var name = new Argument<string>("machine") { Description = "MAC, UUID, serial number, name or id" };
        var remove = new Command("remove", "Forget a machine and what was installed on it.") { name };
        remove.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            Print(parsed, await control.SendAsync(HttpMethod.Delete, PathOf(parsed.GetValue(name)!), null, RestJson.Default.CommandResult, cancellation));
        });
        return remove;
    }

    private static Command Arm(Func<ParseResult, ControlClient> client)
    {
        var lifetime = new Option<string?>("--lifetime") { Description = "how long the permission lasts, such as 30m (default 4h)", HelpName = "TIME" };
        var disk = new Option<string?>("--disk") { Description = "serial number, WWN or path of a disk of its inventory, for a config that asks which (.arming.disk)", HelpName = "DISK" };
        var arm = new Command("arm",
            """
            Permit one installation of the profile that the machine's groups select now: at its next network boot the disk is written.
            It is used up by the machine's own report, expires, and ends when the profile or config changes.
            """) { OptionalMachine, Selector, lifetime, disk };
        arm.SetAction((parsed, cancellation) => EachAsync(
            parsed, client, "arm", () => JsonContent.Create(new ArmRequest(parsed.GetValue(lifetime), parsed.GetValue(disk)), RestJson.Default.ArmRequest), cancellation));
        return arm;
    }

    private static Command Replace(Func<ParseResult, ControlClient> client)
    {
        var name = new Argument<string>("machine") { Description = "the machine whose place is taken" };
        var by = new Option<string>("--by") { Description = "the machine that takes it: one that was only seen", HelpName = "MACHINE", Required = true };
        var keep = new Option<string[]>("--keep") { Description = "MAC of a network card that went along", HelpName = "MAC" };
        var disks = new Option<bool>("--keeps-disks") { Description = "the disks went along: what is installed stays so (so it is by itself when the board is the same)" };
        var replace = new Command("replace",
            """
            Put another machine, board or card into the place of one: name, labels and history go along, never an arming. The old MACs and
            UUID are retired: what comes up with them later is a stranger.

            Examples:
              matchbox machines replace node1 --by 52:54:00:77:00:09
              matchbox machines replace node1 --by 52:54:00:77:00:09 --keep 52:54:00:77:00:02 --keeps-disks
            """) { name, by, keep, disks };
        replace.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var body = new ReplaceRequest(parsed.GetValue(by), parsed.GetValue(keep), parsed.GetValue(disks) ? true : null);
            Print(parsed, await control.SendAsync(
                HttpMethod.Post, $"{PathOf(parsed.GetValue(name)!)}/replace", JsonContent.Create(body, RestJson.Default.ReplaceRequest), RestJson.Default.CommandResult, cancellation));
        });
        return replace;
    }

    private static Command BootOnce(Func<ParseResult, ControlClient> client)
    {
        var profile = new Option<string?>("--profile") { Description = "a live profile", HelpName = "ID" };
        var lifetime = new Option<string?>("--lifetime") { Description = "how long it waits for that boot, such as 2h (default 24h)", HelpName = "TIME" };
        var cancel = new Option<bool>("--cancel") { Description = "boot nothing once after all" };
        var once = new Command("boot-once",
            """
            Boot a live profile at the next network boot, and then no more: a rescue shell, say. A profile that installs is refused.

            Examples:
              matchbox machines boot-once node1 --profile rescue
              matchbox machines boot-once node1 --cancel
            """) { OptionalMachine, Selector, profile, lifetime, cancel };
        once.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(cancel))
            {
                return EachAsync(parsed, client, "boot-once", () => null, cancellation, HttpMethod.Delete);
            }
            var named = parsed.GetValue(profile) ?? throw new CommandException("name the profile: `matchbox machines boot-once node1 --profile rescue`");
            return EachAsync(
                parsed, client, "boot-once", () => JsonContent.Create(new OnceRequest(named, parsed.GetValue(lifetime)), RestJson.Default.OnceRequest), cancellation);
        });
        return once;
    }

    private static Command Change(Func<ParseResult, ControlClient> client, string verb, string description)
    {
        var change = new Command(verb, description) { OptionalMachine, Selector };
        change.SetAction((parsed, cancellation) => EachAsync(parsed, client, verb, () => null, cancellation));
        return change;
    }

    /// <summary>Does it to the named machine, or to each that is selected; one refusal does not keep the others from it.</summary>
    private static async Task<int> EachAsync(
        ParseResult parsed, Func<ParseResult, ControlClient> client, string verb, Func<HttpContent?> body, CancellationToken cancellation, HttpMethod? method = null)
    {
        var selectors = parsed.GetValue(Selector) ?? [];
        var named = parsed.GetValue(OptionalMachine);
        if (named is null == (selectors.Length == 0))
        {
            throw new CommandException($"name one machine, or several by --selector key=value: `matchbox machines {verb} node1`");
        }
        using var control = client(parsed);
        var names = named is not null ? [named] : (await SelectAsync(control, selectors, cancellation)).Select(machine => machine.Id).ToArray();
        if (names.Length == 0)
        {
            throw new CommandException("no machine fits");
        }
        var refused = false;
        foreach (var name in names)
        {
            try
            {
                Print(parsed, await control.SendAsync(method ?? HttpMethod.Post, $"{PathOf(name)}/{verb}", body(), RestJson.Default.CommandResult, cancellation));
            }
            catch (CommandException failure)
            {
                refused = true;
                await Console.Error.WriteLineAsync($"matchbox: {failure.Message}");
            }
        }
        return refused ? ExitCode.Fault : ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<MachineView>> SelectAsync(ControlClient control, string[] selectors, CancellationToken cancellation)
    {
        var query = string.Join('&', selectors.Select(selector => $"selector={Uri.EscapeDataString(selector)}"));
        return (await control.GetAsync(query.Length > 0 ? $"{Root}?{query}" : Root, RestJson.Default.MachineList, cancellation)).Machines;
    }

    private static void Print(ParseResult parsed, CommandResult result)
    {
        var machine = result.Machine;
        Console.WriteLine(parsed.GetValue(Json)
            ? JsonSerializer.Serialize(result, RestJson.Default.CommandResult)
            : $"{(machine.Name.Length > 0 ? machine.Name : machine.Id)}: {result.Text}");
    }

    internal static string PathOf(string machine) => $"{Root}/{Uri.EscapeDataString(machine)}";
}
