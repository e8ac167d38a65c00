using System.CommandLine;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox events</c>: what happened, and what happens.</summary>
internal static class EventsCommand
{
    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "go on with what happens from now on" };
        var json = new Option<bool>("--json") { Description = "one JSON object a line" };
        var machine = new Option<string?>("--machine", "-m") { Description = "only this machine: MAC, UUID, serial number, name or id" };
        var kinds = new Option<string[]>("--kind", "-k") { Description = "only this kind, such as failed; may stand several times", DefaultValueFactory = _ => [] };
        var text = new Option<string?>("--text", "-t") { Description = "only those with these words" };
        var limit = new Option<int>("--limit", "-n") { Description = "how many of the past", DefaultValueFactory = _ => 50 };
        var events = new Command("events",
            """
            The timeline: each step of each boot, each change of state, with its reason.

            Examples:
              matchbox events --machine node1      why does node1 not boot?
              matchbox events --follow             watch a rack boot
              matchbox events --kind failed        what went wrong lately?
            """) { follow, json, machine, kinds, text, limit };
        events.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var path = $"/api/v1/events?limit={Math.Max(0, parsed.GetValue(limit))}"
                + (parsed.GetValue(machine) is { } name ? $"&machine={Uri.EscapeDataString(name)}" : "")
                + string.Concat((parsed.GetValue(kinds) ?? []).Select(kind => $"&kind={Uri.EscapeDataString(kind)}"))
                + (parsed.GetValue(text) is { } words ? $"&text={Uri.EscapeDataString(words)}" : "");
            if (!parsed.GetValue(follow))
            {
                foreach (var happened in (await control.GetAsync(path, RestJson.Default.EventList, cancellation)).Events)
                {
                    Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(happened, RestJson.Default.EventView) : Line(happened));
                }
                return;
            }
            await foreach (var line in control.LinesAsync($"{path}&follow=1", cancellation))
            {
                Console.WriteLine(parsed.GetValue(json) || JsonSerializer.Deserialize(line, RestJson.Default.EventView) is not { } happened ? line : Line(happened));
            }
        });
        return events;
    }

    private static string Line(EventView happened) =>
        $"{happened.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {happened.Machine ?? "-",-17}  {happened.Kind,-18}  {happened.Text}";
}
