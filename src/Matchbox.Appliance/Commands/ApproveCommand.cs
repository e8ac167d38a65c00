using System.Collections.Immutable;
using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox machines approve</c> and <c>import</c>: machines into the inventory, one with what it shall boot or many from a list.</summary>
internal static class ApproveCommand
{
    private const string Root = "/api/v1/machines";

    public static Command Create(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var machine = new Argument<string>("machine") { Description = "MAC, UUID, serial number, name or id" };
        var name = new Option<string?>("--name") { Description = "host name" };
        var label = new Option<string[]>("--label") { Description = "label that groups select by", HelpName = "KEY=VALUE" };
        var group = new Option<string?>("--group") { Description = "give it the labels that this group asks for", HelpName = "ID" };
        var profile = new Option<string?>("--profile") { Description = "what it shall boot; where no group of it selects the machine, one is made for it alone", HelpName = "ID" };
        var dryRun = new Option<bool>("--dry-run") { Description = "say what would be, and change nothing" };
        var approve = new Command("approve", "Put a machine that was seen into the inventory, with what it shall boot.") { machine, name, label, group, profile, dryRun };
        approve.SetAction(async (parsed, cancellation) =>
        {
            var labels = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
            foreach (var text in parsed.GetValue(label) ?? [])
            {
                var parts = text.Split('=', 2);
                labels[parts[0]] = parts.Length == 2 ? parts[1] : throw new CommandException($"a label is key=value, not '{text}'");
            }
            var asked = new ApproveRequest
            {
                Name = parsed.GetValue(name),
                Labels = labels.Count > 0 ? labels.ToImmutable() : null,
                Group = parsed.GetValue(group),
                Profile = parsed.GetValue(profile),
            };
            using var control = client(parsed);
            var path = $"{Root}/{Uri.EscapeDataString(parsed.GetValue(machine)!)}/approve{(parsed.GetValue(dryRun) ? "?dryRun=true" : "")}";
            var result = await control.SendAsync(HttpMethod.Post, path, JsonContent.Create(asked, RestJson.Default.ApproveRequest), RestJson.Default.ApproveResult, cancellation);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(result, RestJson.Default.ApproveResult)
                : $"{result.Text}{(result.Made is { } made ? $" ({made} is made for it)" : "")}");
        });
        return approve;
    }

    public static Command CreateImport(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var file = new Argument<string>("file") { Description = "CSV; - is the standard input" };
        var dryRun = new Option<bool>("--dry-run") { Description = "say what each line would do, and change nothing" };
        var import = new Command("import",
            """
            Put a list of machines into the inventory: all of it, or nothing where a line is wrong. A line is mac,name,key=value,... or the
            first line names the columns: mac, name, uuid, serial, and any other is a label. Commas, semicolons or tabs.
            """) { file, dryRun };
        import.SetAction(async (parsed, cancellation) =>
        {
            var body = new ByteArrayContent(await ReadAsync(parsed.GetValue(file)!, cancellation));
            body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            using var control = client(parsed);
            var result = await control.SendAsync(
                HttpMethod.Post, $"{Root}/import{(parsed.GetValue(dryRun) ? "?dryRun=true" : "")}", body, RestJson.Default.MachineListResult, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(result, RestJson.Default.MachineListResult));
            }
            else
            {
                Table.Write(Console.Out, ["LINE", "STEP", "NAME", "MACHINE", "LABELS", "PROFILE", "WHY"], result.Lines.Select(line => (string[])
                [
                    $"{line.Line}", line.Step, line.Name.Length > 0 ? line.Name : "-", line.Machine ?? "-", string.Join(' ', line.Labels.Select(pair => $"{pair.Key}={pair.Value}")),
                    line.Profile ?? "-", line.Error ?? "",
                ]));
            }
            return result.Lines.Any(line => line.Error is not null) ? ExitCode.Fault : ExitCode.Ok;
        });
        return import;
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            await using var input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var all = new MemoryStream();
            await input.CopyToAsync(all, cancellation);
            return all.ToArray();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be read: {failure.Message}");
        }
    }
}
