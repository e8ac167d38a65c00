using System.CommandLine;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox leases</c>: addresses and who has them.</summary>
internal static class LeasesCommand
{
    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers", Recursive = true };
        var all = new Option<bool>("--all") { Description = "also leases that have ended" };
        var leases = new Command("leases",
            """
            Addresses and who has them.

            Examples:
              matchbox leases
              matchbox leases list --all --json
              matchbox leases import /var/lib/dhcp/dhcpd.leases     take over from ISC dhcpd, Kea or dnsmasq
            """) { json };
        var list = new Command("list", "List leases.") { all };
        leases.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, null, cancellation));
        list.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, all, cancellation));
        leases.Add(list);
        leases.Add(Import(client, json));
        return leases;
    }

    private static Command Import(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var file = new Argument<FileInfo>("file") { Description = "dhcpd.leases, Kea's kea-leases4.csv or dnsmasq.leases" };
        var kind = new Option<string?>("--kind") { Description = "whose file it is, where its first lines do not tell: iscdhcpd, kea or dnsmasq" };
        var import = new Command("import",
            """
            Take over the leases of another DHCP server: machines keep their addresses. Stop that server first.
            Addresses that already have a lease here are left alone, and those outside the authoritative networks too.
            """) { file, kind };
        import.SetAction(async (parsed, cancellation) =>
        {
            var source = parsed.GetValue(file)!;
            if (!source.Exists)
            {
                throw new CommandException($"{source} is not there");
            }
            using var control = client(parsed);
            await using var stream = source.OpenRead();
            var path = "/api/v1/leases/import" + (parsed.GetValue(kind) is { } named ? $"?kind={Uri.EscapeDataString(named)}" : "");
            var result = await control.SendAsync(HttpMethod.Post, path, new StreamContent(stream), RestJson.Default.ImportResult, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(result, RestJson.Default.ImportResult));
            }
            else
            {
                foreach (var fault in result.Faults)
                {
                    await Console.Error.WriteLineAsync($"{source}:{fault.Line}:1: {fault.Message}");
                }
                Console.WriteLine($"{result.Kind}: {result.Taken} taken, {result.Known} had a lease here already, {result.Elsewhere} outside our authoritative networks");
            }
            return result.Faults.IsEmpty ? ExitCode.Ok : ExitCode.Fault;
        });
        return import;
    }

    private static async Task ListAsync(
        ParseResult parsed, Func<ParseResult, ControlClient> client, Option<bool> json, Option<bool>? all, CancellationToken cancellation)
    {
        using var control = client(parsed);
        var list = await control.GetAsync(all is not null && parsed.GetValue(all) ? "/api/v1/leases?all=1" : "/api/v1/leases", RestJson.Default.LeaseList, cancellation);
        if (parsed.GetValue(json))
        {
            Console.WriteLine(JsonSerializer.Serialize(list, RestJson.Default.LeaseList));
        }
        else if (list.Leases.Count == 0)
        {
            Console.WriteLine("no lease");
        }
        else
        {
            Table.Write(Console.Out, ["ADDRESS", "MAC", "STATE", "LEFT", "MACHINE", "NAME IT GAVE"], list.Leases.Select(lease => (string[])
            [
                lease.Address, lease.Mac, lease.State, lease.RemainingSeconds < 0 ? "for ever" : Table.Span(TimeSpan.FromSeconds(lease.RemainingSeconds)),
                lease.Machine ?? "-", lease.HostName,
            ]));
        }
    }
}
