using System.Text;
using System.Text.Json;

namespace Matchbox.Butane.Tests;

/// <summary>One case of a corpus: what the real tool was given, and what it said in each of its runs.</summary>
internal sealed class CorpusCase
{
    private readonly string _folder;
    private readonly JsonElement _case;

    private CorpusCase(string folder)
    {
        _folder = folder;
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        _case = document.RootElement.Clone();
    }

    public string Name => Path.GetFileName(_folder);

    public string InputName => _case.GetProperty("input").GetString()!;

    public byte[] Input => File.ReadAllBytes(Path.Combine(_folder, InputName));

    /// <summary>The folder of local files that the tool was given, as it was named; null without.</summary>
    public string? FilesDir => _case.TryGetProperty("files_dir", out var dir) ? dir.GetString() : null;

    public string? FilesPath => FilesDir is { } dir ? Path.Combine(_folder, dir) : null;

    /// <summary>The real tool prints several findings of one place in random order.</summary>
    public bool ErrorsVary => _case.TryGetProperty("varies", out var varies) && varies.EnumerateArray().Any(what => what.GetString() == "stderr");

    public IEnumerable<CorpusRun> Runs => _case.GetProperty("runs").EnumerateObject().Select(run => new CorpusRun(
        run.Name,
        [.. run.Value.GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!)],
        run.Value.GetProperty("exit").GetInt32(),
        Read(run.Value, "stdout_file"),
        run.Value.TryGetProperty("stderr", out var text) ? Encoding.UTF8.GetBytes(text.GetString()!) : Read(run.Value, "stderr_file")));

    public static IEnumerable<CorpusCase> All(string folder) =>
        Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(path => new CorpusCase(path));

    private byte[] Read(JsonElement run, string key) =>
        run.TryGetProperty(key, out var file) && file.GetString() is { } name ? File.ReadAllBytes(Path.Combine(_folder, name)) : [];
}

/// <summary>One call of the real tool.</summary>
internal sealed record CorpusRun(string Name, string[] Arguments, int Exit, byte[] Output, byte[] Errors);
