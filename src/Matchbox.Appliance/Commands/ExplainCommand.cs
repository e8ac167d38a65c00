using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox explain</c>: which group a machine gets, why no other one, and what it would be given.</summary>
internal static class ExplainCommand
{
    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var mac = new Option<string?>("--mac") { Description = "its MAC address, in any notation" };
        var uuid = new Option<string?>("--uuid") { Description = "its SMBIOS UUID" };
        var serial = new Option<string?>("--serial") { Description = "its serial number" };
        var label = new Option<string[]>("--label") { Description = "another label that it would send, or have", HelpName = "KEY=VALUE" };
        var address = new Option<string?>("--address") { Description = "the address it would ask from (default: the one it has now)" };
        var limit = new Option<int>("--limit") { Description = "how many other groups are told one by one", DefaultValueFactory = _ => 10 };
        var config = new Option<bool>("--show-config") { Description = "print the Ignition config too" };
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers" };
        var explain = new Command("explain",
            """
            Say which group selects a machine and why no other one does, and what the machine would get now. Nothing is changed by asking.

            Examples:
              matchbox explain --mac 52:54:00:77:00:01
              matchbox explain --mac 52:54:00:77:00:01 --label rack=b7 --address 10.0.7.21 --show-config
            """) { mac, uuid, serial, label, address, limit, config, json };
        explain.SetAction(async (parsed, cancellation) =>
        {
            (string Key, string? Value)[] asked =
            [
                ("mac", parsed.GetValue(mac)), ("uuid", parsed.GetValue(uuid)), ("serial", parsed.GetValue(serial)), ("address", parsed.GetValue(address)),
                ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)), .. (parsed.GetValue(label) ?? []).Select(text => ("label", (string?)text)),
            ];
            var query = string.Join('&', asked.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
            using var control = client(parsed);
            var explained = await control.GetAsync($"/api/v1/explain?{query}", ExplainJson.Default.ExplainView, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(explained, ExplainJson.Default.ExplainView));
            }
            else
            {
                Write(Console.Out, explained, parsed.GetValue(config));
            }
        });
        return explain;
    }

    internal static void Write(TextWriter output, ExplainView explained, bool withConfig)
    {
        (string Key, string? Value)[] lines =
        [
            ("machine", explained.Machine ?? "not in the inventory"),
            ("labels", string.Join(", ", explained.Labels.Select(label => $"{label.Key}={label.Value}"))),
            ("address", explained.Address),
            ("group", explained.Group ?? $"none of {explained.Groups}"),
            ("profile", explained.Profile),
            ("decision", $"{explained.Decision}: {explained.Reason}"),
            ("asked by", explained.Assumption),
            ("installs", explained.Installs),
            ("install", explained.InstallState),
            ("config", explained.ConfigFailure is { } failure ? $"broken: {failure}" : explained.Config is { } text ? $"{text.Length} characters" : null),
        ];
        foreach (var (key, value) in lines.Where(line => !string.IsNullOrEmpty(line.Value)))
        {
            output.WriteLine($"{key + ":",-10} {value}");
        }
        if (!explained.Others.IsEmpty)
        {
            output.WriteLine();
            Table.Write(output, ["NOT", "WHY"], explained.Others.Select(other => (string[])[other.Group, Why(other)]));
        }
        if (!explained.Rest.IsEmpty)
        {
            output.WriteLine($"and {explained.Rest.Values.Sum()} more: {string.Join(", ", explained.Rest.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Value} by {reason.Key}"))}");
        }
        WritePart(output, "its script for iPXE", explained.Script ?? "none: 404\n");
        if (withConfig && explained.Config is { } ignition)
        {
            WritePart(output, "its Ignition config", ignition);
        }
    }

    private static string Why(VerdictView other) => other.OutrankedBy is { } winner
        ? $"fits too, but {winner} comes first: {other.Because}"
        : $"{other.Label} {other.Wanted}: the machine {(other.Had is { } had ? $"has \"{had}\"" : "has none")}{(other.Failing > 1 ? $", and {other.Failing - 1} more" : "")}";

    private static void WritePart(TextWriter output, string title, string text)
    {
        output.WriteLine();
        output.WriteLine($"{title}:");
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            output.WriteLine($"  {line}");
        }
    }
}
