using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox documents</c>: the groups, profiles and configs in use, and what stands behind them.</summary>
internal static class DocumentsCommand
{
    private const string Root = "/api/v1/documents";

    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers", Recursive = true };
        var documents = new Command("documents",
            """
            Groups, profiles and configs by their paths.

            Examples:
              matchbox documents list
              matchbox documents remove generic/old.cfg
              matchbox documents remove groups/b7.json --stored     what the store keeps behind a file of the data folder
            """) { json };
        var list = new Command("list", "List documents, and where they are kept.");
        list.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, cancellation));
        documents.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, cancellation));
        documents.Add(list);
        documents.Add(Remove(client));
        return documents;
    }

    private static Command Remove(Func<ParseResult, ControlClient> client)
    {
        var path = new Argument<string>("path") { Description = "such as groups/b7.json or ignition/worker.yaml" };
        var stored = new Option<bool>("--stored") { Description = "what the store keeps there behind a file of the data folder; the file stays" };
        var remove = new Command("remove", "Remove a document that calls made.") { path, stored };
        remove.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var named = parsed.GetValue(path)!;
            var escaped = string.Join('/', named.Split('/').Select(Uri.EscapeDataString));
            await control.SendAsync(HttpMethod.Delete, $"{Root}/{escaped}{(parsed.GetValue(stored) ? "?stored=true" : "")}", cancellation);
            Console.WriteLine($"{named}: removed{(parsed.GetValue(stored) ? " from the store" : "")}");
        });
        return remove;
    }

    private static async Task<int> ListAsync(ParseResult parsed, Func<ParseResult, ControlClient> client, Option<bool> json, CancellationToken cancellation)
    {
        using var control = client(parsed);
        var found = await control.GetAsync(Root, RestJson.Default.DocumentList, cancellation);
        if (parsed.GetValue(json))
        {
            Console.WriteLine(JsonSerializer.Serialize(found, RestJson.Default.DocumentList));
        }
        else if (found.Documents.IsEmpty)
        {
            Console.WriteLine("there is no document");
        }
        else
        {
            Table.Write(Console.Out, ["PATH", "KEPT IN", "OCTETS", "REVISION"], found.Documents.Select(document => (string[])
            [
                document.Path, document.Shadows ? $"{document.Origin}, another in the store" : document.Origin, document.Size.ToString(CultureInfo.InvariantCulture), document.Revision,
            ]));
        }
        return ExitCode.Ok;
    }
}
