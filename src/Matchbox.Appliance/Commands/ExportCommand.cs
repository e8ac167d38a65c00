using System.CommandLine;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Files;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox export</c>: every document of the running appliance into a folder, octet for octet.</summary>
internal static class ExportCommand
{
    private const string Root = "/api/v1/documents";
    private const int Progress = 1000;

    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var folder = new Argument<string>("folder") { Description = "where to; is made when it is not there" };
        var force = new Option<bool>("--force") { Description = "also into a folder that is not empty: files of the same names are replaced, all others stay" };
        var stored = new Option<bool>("--stored") { Description = "only what calls made, without the files of the declared folder" };
        var dryRun = new Option<bool>("--dry-run") { Description = "say what would be written, and write nothing" };
        var export = new Command("export",
            """
            Write every group, profile and config of the running appliance into a folder, octet for octet, in the layout in which
            data-path and `matchbox import` read it.

            Examples:
              matchbox export /tmp/matchbox-backup
              matchbox export --stored ./made-by-calls
            """) { folder, force, stored, dryRun };
        export.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            return await RunAsync(
                control, Path.GetFullPath(parsed.GetValue(folder)!), parsed.GetValue(force), parsed.GetValue(stored), parsed.GetValue(dryRun), cancellation);
        });
        return export;
    }

    private static async Task<int> RunAsync(ControlClient control, string folder, bool force, bool stored, bool dryRun, CancellationToken cancellation)
    {
        if (!force && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new CommandException($"{folder} is not empty: name another, or give --force to write into it");
        }
        var list = (await control.GetAsync(Root, RestJson.Default.DocumentList, cancellation)).Documents.Where(document => !stored || document.Origin == "store").ToArray();
        var (written, octets) = (0, 0L);
        foreach (var document in list)
        {
            if (!DocumentPath.TryClean(document.Path, out var path, out _) || path != document.Path)
            {
                throw new CommandException($"the appliance names a document {document.Path}, which is no place in a folder");
            }
            octets += document.Size;
            if (!dryRun)
            {
                await WriteAsync(control, folder, path, cancellation);
            }
            if (++written % Progress == 0)
            {
                await Console.Error.WriteLineAsync($"{written} of {list.Length} documents");
            }
        }
        Console.WriteLine($"{CheckCommand.Count(list.Length, "document")}, {octets} octets, {(dryRun ? "would be written" : "written")} to {folder}");
        return ExitCode.Ok;
    }

    private static async Task WriteAsync(ControlClient control, string folder, string path, CancellationToken cancellation)
    {
        var content = await control.OctetsAsync($"{Root}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}", cancellation);
        var file = Path.Combine(folder, path);
        try
        {
            DurableFile.MakeFolder(Path.GetDirectoryName(file)!);
            DurableFile.Replace(DurableFile.WriteBeside(file, ".matchbox-", content), file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be written: {failure.Message}");
        }
    }
}
