using System.CommandLine;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Catalogs;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox apply</c>: makes the running appliance's catalog be as a folder says.</summary>
internal static class ApplyCommand
{
    private static readonly string[] Parts = ["groups", "profiles", "ignition", "generic", "cloud"];

    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var folder = new Option<string>("--folder", "-f") { Description = "folder with groups/, profiles/, ignition/, generic/ and cloud/", HelpName = "FOLDER", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "show what would change, and which machines would get something else; change nothing" };
        var prune = new Option<bool>("--prune") { Description = "remove what calls made and the folder does not have" };
        var exitCode = new Option<bool>("--exit-code") { Description = "with --dry-run: end with 1 when something would change, to find drift" };
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers" };
        var apply = new Command("apply",
            """
            Make the running appliance's groups, profiles and configs be as a folder says: all of it, or nothing when something in it is wrong.

            Examples:
              matchbox apply -f data --dry-run              what would change
              matchbox apply -f data --prune                make it so, and nothing else
              matchbox apply -f data --dry-run --exit-code  has somebody changed it?
            """) { folder, dryRun, prune, exitCode, json };
        apply.SetAction(async (parsed, cancellation) =>
        {
            var request = Read(parsed.GetValue(folder)!, parsed.GetValue(prune));
            using var control = client(parsed);
            var result = await control.SendAsync(
                HttpMethod.Put, parsed.GetValue(dryRun) ? "/api/v1/apply?dryRun=true" : "/api/v1/apply",
                JsonContent.Create(request, RestJson.Default.ApplyRequest), RestJson.Default.ChangeResult, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(result, RestJson.Default.ChangeResult));
            }
            else
            {
                var isColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
                new PlanText(Console.Out, isColoured).Write(result);
            }
            return parsed.GetValue(exitCode) && result.DryRun && result.Documents.Any(step => step.Step != "none") ? ExitCode.Fault : ExitCode.Ok;
        });
        return apply;
    }

    private static ApplyRequest Read(string folder, bool prune)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException($"{folder} is no folder: name one with groups/, profiles/ or configs");
        }
        var objects = new List<ApplyObject>();
        foreach (var part in Parts)
        {
            var root = Path.Combine(folder, part);
            if (!Directory.Exists(root))
            {
                continue;
            }
            try
            {
                foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                {
                    if (PathOf(part, Path.GetRelativePath(root, file)) is { } path)
                    {
                        objects.Add(ObjectOf(path, File.ReadAllBytes(file)));
                    }
                }
            }
            catch (UnauthorizedAccessException refused)
            {
                throw new CommandException(refused.Message);
            }
        }
        return objects.Count == 0 && !prune
            ? throw new CommandException($"{folder} has no groups, profiles or configs")
            : new ApplyRequest { Objects = objects, Prune = prune ? Parts : null };
    }

    // What an editor or git leaves beside the files is none of them; nor is a group in a sub-folder, which nobody reads.
    private static string? PathOf(string part, string name) =>
        name.Split('/').Any(step => step.StartsWith('.')) ? null
        : part is "groups" or "profiles" && !name.EndsWith(".json", StringComparison.Ordinal) ? null
        : part == "groups" && name.Contains('/', StringComparison.Ordinal) ? null
        : $"{part}/{name}";

    private static ApplyObject ObjectOf(string path, byte[] content)
    {
        try
        {
            return new ApplyObject { Path = path, Content = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content) };
        }
        catch (ArgumentException)
        {
            return new ApplyObject { Path = path, ContentBase64 = System.Convert.ToBase64String(content) };
        }
    }
}
