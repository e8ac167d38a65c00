using System.CommandLine;
using System.Net.Http.Json;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox import</c>: a folder of groups, profiles and configs into the running appliance, octet for octet.</summary>
internal static class ImportCommand
{
    private const string Root = "/api/v1/documents";
    private const string Declared = "folder";

    // One call makes all of its changes or none, and is bounded.
    private const int MaxChanges = 500;
    private const int MaxOctets = 16 << 20;

    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var folder = new Argument<string>("folder") { Description = "a folder with groups/, profiles/, ignition/, generic/ and cloud/" };
        var replace = new Option<bool>("--replace") { Description = "also write documents that are there with other contents" };
        var takeOver = new Option<bool>("--take-over") { Description = "also keep copies of files of the data folder, so that the folder can be emptied" };
        var dryRun = new Option<bool>("--dry-run") { Description = "check everything, say what would be done, and change nothing" };
        var import = new Command("import",
            """
            Take a folder of groups, profiles and configs over into the running appliance, octet for octet. What is there already
            stays as it is without --replace. Documents are checked with all that is there; a fault ends the import.

            Examples:
              matchbox import /var/lib/matchbox.old --dry-run
              matchbox import ./rack7 --replace
              matchbox import /var/lib/matchbox --take-over
            """) { folder, replace, takeOver, dryRun };
        import.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            return await RunAsync(control, parsed.GetValue(folder)!, parsed.GetValue(replace), parsed.GetValue(takeOver), parsed.GetValue(dryRun), cancellation);
        });
        return import;
    }

    private static async Task<int> RunAsync(ControlClient control, string folder, bool replace, bool takeOver, bool dryRun, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException($"there is no folder {folder}");
        }
        var (documents, faults) = CatalogFolder.Documents(folder);
        if (faults.Count > 0)
        {
            throw new CommandException(string.Join('\n', faults.Select(fault => (fault with { File = Path.Combine(folder, fault.File) }).ToString())));
        }
        var present = (await control.GetAsync(Root, RestJson.Default.DocumentList, cancellation)).Documents.ToDictionary(document => document.Path, StringComparer.Ordinal);
        var changes = new List<DocumentChangeView>();
        int added = 0, replaced = 0, taken = 0, declared = 0, equal = 0, kept = 0;
        // What others name goes first.
        foreach (var document in DocumentPath.Parts.SelectMany(part => documents.Where(document => DocumentPath.IsIn(part, document.Path))))
        {
            if (!present.TryGetValue(document.Path, out var there))
            {
                added++;
                changes.Add(new DocumentChangeView(document.Path, document.Content.ToArray(), ""));
            }
            else if (there.Revision == document.Revision && there.Origin == Declared && takeOver)
            {
                taken++;
                changes.Add(new DocumentChangeView(document.Path, document.Content.ToArray(), there.Revision, TakeOver: true));
            }
            else if (there.Revision == document.Revision)
            {
                equal++;
                declared += there.Origin == Declared ? 1 : 0;
            }
            else if (replace)
            {
                replaced++;
                changes.Add(new DocumentChangeView(document.Path, document.Content.ToArray(), there.Revision));
            }
            else
            {
                kept++;
                Console.WriteLine($"{document.Path}: other contents are there and stay (--replace writes these)");
            }
        }
        await SendAsync(control, changes, dryRun, cancellation);
        Console.WriteLine($"{CheckCommand.Count(documents.Count, "document")} in {folder}: {added} added, {replaced} replaced, {(takeOver ? $"{taken} taken over, " : "")}{equal} there already, {kept} left as they are"
            + (dryRun ? " (a dry run: nothing was changed)" : ""));
        if (declared > 0)
        {
            // Whoever empties the folder now loses them.
            Console.WriteLine($"{CheckCommand.Count(declared, "document")} of these {(declared == 1 ? "is a file" : "are files")} of the data folder and in no store: --take-over keeps copies");
        }
        return kept > 0 ? ExitCode.Fault : ExitCode.Ok;
    }

    private static async Task SendAsync(ControlClient control, List<DocumentChangeView> changes, bool dryRun, CancellationToken cancellation)
    {
        if (dryRun)
        {
            // A part by itself would miss what the others bring.
            await SendAsync(control, [.. changes], query: "?dry-run=true", cancellation);
            return;
        }
        for (var sent = 0; sent < changes.Count;)
        {
            var (count, octets) = (0, 0L);
            while (sent + count < changes.Count && count < MaxChanges && (count == 0 || octets + changes[sent + count].Content!.Length <= MaxOctets))
            {
                octets += changes[sent + count++].Content!.Length;
            }
            await SendAsync(control, changes.GetRange(sent, count), "", cancellation);
            sent += count;
            if (changes.Count > MaxChanges)
            {
                await Console.Error.WriteLineAsync($"{sent} of {changes.Count} documents");
            }
        }
    }

    private static async Task SendAsync(ControlClient control, List<DocumentChangeView> changes, string query, CancellationToken cancellation)
    {
        using var body = JsonContent.Create(new DocumentChangeSet([.. changes]), RestJson.Default.DocumentChangeSet);
        await control.SendAsync(HttpMethod.Post, Root + query, body, RestJson.Default.DocumentResult, cancellation);
    }
}
