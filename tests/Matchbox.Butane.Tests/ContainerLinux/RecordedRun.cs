using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Matchbox.Butane.ContainerLinux;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests.ContainerLinux;

/// <summary>One run of the real ct, from <c>case.json</c>: its flags and what came of it.</summary>
internal sealed record RecordedRun(string Folder, string[] Arguments, int ExitCode, byte[] Output, byte[] Report)
{
    public static IEnumerable<string> Cases =>
        Directory.EnumerateDirectories(Corpus.CtCases).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    public static byte[] Config(string name) => File.ReadAllBytes(Path.Combine(Corpus.CtCases, name, "config.yaml"));

    public static RecordedRun Read(string name, string run)
    {
        var folder = Path.Combine(Corpus.CtCases, name);
        using var record = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        var values = record.RootElement.GetProperty("runs").GetProperty(run);
        return new RecordedRun(
            folder,
            [.. values.GetProperty("args").EnumerateArray().Select(value => value.GetString()!)],
            values.GetProperty("exit").GetInt32(),
            Stream(values, folder, "stdout"),
            Stream(values, folder, "stderr"));
    }

    public ContainerLinuxResult Convert()
    {
        var files = ValueOf("-files-dir");
        var options = new ContainerLinuxOptions
        {
            IsPretty = Arguments.Contains("-pretty"),
            IsStrict = Arguments.Contains("-strict"),
            Platform = ValueOf("-platform") ?? "",
            Files = files is null ? null : new FolderFiles(Folder, files),
        };
        return ContainerLinuxConverter.Convert(File.ReadAllBytes(Path.Combine(Folder, ValueOf("-in-file")!)), options);
    }

    private string? ValueOf(string flag)
    {
        var index = Array.IndexOf(Arguments, flag);
        return index < 0 ? null : Arguments[index + 1];
    }

    private static byte[] Stream(JsonElement run, string folder, string stream)
    {
        if (run.TryGetProperty(stream, out var text))
        {
            return System.Text.Encoding.UTF8.GetBytes(text.GetString()!);
        }
        return run.GetProperty(stream + "_file").GetString() is { } file ? File.ReadAllBytes(Path.Combine(folder, file)) : [];
    }

    private sealed class FolderFiles(string folder, string name) : IContainerLinuxFiles
    {
        public bool TryRead(string path, [NotNullWhen(true)] out byte[]? contents, [NotNullWhen(false)] out string? error)
        {
            var full = Path.Combine(folder, name, path);
            contents = File.Exists(full) ? File.ReadAllBytes(full) : null;
            error = contents is null ? $"open {name}/{path}: no such file or directory" : null;
            return contents is not null;
        }
    }
}
