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
            """) { json };
        var list = new Command("list", "List leases.") { all };
        leases.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, null, cancellation));
        list.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, all, cancellation));
        leases.Add(list);
        return leases;
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
        else if (list.Leases.IsEmpty)
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
