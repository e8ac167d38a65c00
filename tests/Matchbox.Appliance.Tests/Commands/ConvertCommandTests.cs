using System.Diagnostics;

namespace Matchbox.Appliance.Tests.Commands;

/// <summary>The command lines of <c>matchbox butane</c> and <c>matchbox ignition</c>, each in a process of its own below a shell.</summary>
public sealed class ConvertCommandTests : IDisposable
{
    private const string Good = "variant: fcos\nversion: 1.5.0\n";
    private const string Json = """{"ignition":{"version":"3.4.0"}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("matchbox-convert-").FullName;

    public ConvertCommandTests() => Put("a.bu", Good);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("butane a.bu")]
    [InlineData("butane --raw --debug --input a.bu")]
    [InlineData("butane '' < a.bu")]
    [InlineData("butane -o '' - < a.bu")]
    [InlineData("butane -- a.bu")]
    public void A_config_goes_to_standard_output(string line) => Assert.Equal((0, Json + "\n", ""), Run(line));

    [Fact]
    public void Behind_two_dashes_a_flag_is_a_file()
    {
        Put("-V", Good);

        Assert.Equal((0, Json + "\n", ""), Run("butane -- -V"));
        Assert.Equal((0, "Butane 0.29.0\n", ""), Run("butane -V"));
    }

    [Theory]
    [InlineData("butane --nope a.bu", "unknown flag: --nope")]
    [InlineData("butane --no-hint nope a.bu", "plain-secret")]
    [InlineData("butane --check a.bu -", "standard input cannot be one of several inputs")]
    [InlineData("butane a.bu a.bu", "several inputs need --output FOLDER")]
    [InlineData("ignition validate --for foo a.ign", "--for foo: neither a release of Ignition")]
    public void A_wrong_command_line_is_told_on_standard_error(string line, string error)
    {
        var (code, output, errors) = Run(line);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(error, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("butane no.bu", "failed to read no.bu: open no.bu: no such file or directory\n")]
    [InlineData("butane -o no/a.ign a.bu", "failed to open no/a.ign: open no/a.ign: no such file or directory\n")]
    [InlineData("butane a.bu > /dev/full", "Failed to write config to /dev/stdout: write /dev/stdout: no space left on device\n")]
    [InlineData("butane < /", "matchbox: read /dev/stdin: is a directory\n")]
    [InlineData("ct < /", "matchbox: read /dev/stdin: is a directory\n")]
    [InlineData("ct -version > /dev/full", "matchbox: write /dev/stdout: no space left on device\n")]
    [InlineData("version > /dev/full", "matchbox: write /dev/stdout: no space left on device\n")]
    public void What_cannot_be_read_or_written_is_a_fault(string line, string errors) => Assert.Equal((1, "", errors), Run(line));

    [Fact]
    public void Whole_folders_are_mirrored_below_the_output()
    {
        Put("rack/a.bu", Good);
        Put("rack/row/b.yaml", Good);
        Put("rack/.git/c.yaml", "no");
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));

        Assert.Equal((0, "", "2 of 2 translated\n"), Run("butane -o out rack"));
        Assert.Equal(Json + "\n", File.ReadAllText(Path.Combine(_folder, "out/a.ign")));
        Assert.Equal(["out/a.ign", "out/row/b.ign"],
            Directory.GetFiles(Path.Combine(_folder, "out"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file)).Order(StringComparer.Ordinal));
        Assert.Equal((0, "", "3 of 3 good\n"), Run("butane --check a.bu rack"));
        Assert.Equal(1, Run("butane --check empty").Code);
        Assert.Equal(1, Run("butane -o a.bu rack").Code);
    }

    [Fact]
    public void A_pipe_is_no_local_file_and_a_made_up_length_does_not_cut_one()
    {
        Put("local.bu", Good + "storage: {files: [{path: /a, contents: {local: pipe}}]}\n");
        Put("tree.bu", Good + "storage: {trees: [{local: .}]}\n");
        Put("proc.bu", Good + "storage: {files: [{path: /a, contents: {local: version}}]}\n");
        Put("circle.bu", Good + "storage: {files: [{path: /a, contents: {local: circle}}]}\n");
        Put("files/x", "x");
        File.CreateSymbolicLink(Path.Combine(_folder, "files/circle"), "circle");

        Assert.Contains("too many levels of symbolic links", Run("butane -d files circle.bu").Errors, StringComparison.Ordinal);
        Assert.Contains("base64,", Run("butane -d /proc proc.bu").Output.Replace("data:,Linux", "base64,", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, Shell("mkfifo files/pipe").Code);
        Assert.Contains("not a regular file", Run("butane -d files local.bu").Errors, StringComparison.Ordinal);
        Assert.Contains("trees may only contain files, directories, and symlinks", Run("butane -d files tree.bu").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Ignition_configs_are_judged_merged_and_compared()
    {
        Put("a.ign", Json);
        Put("b.ign", """{"ignition":{"version":"3.4.0"},"passwd":{"users":[{"name":"core"}]}}""");
        Put("bad.ign", """{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"a"}]}}""");

        Assert.Equal((0, "", ""), Run("ignition validate a.ign b.ign"));
        Assert.StartsWith("bad.ign: ", Run("ignition validate a.ign bad.ign").Errors, StringComparison.Ordinal);
        Assert.Equal(1, Run("ignition validate bad.ign").Code);
        Assert.Equal((0, File.ReadAllText(Path.Combine(_folder, "b.ign")) + "\n", ""), Run("ignition merge a.ign b.ign"));
        Assert.Equal((0, "", ""), Run("ignition diff a.ign a.ign"));
        Assert.Equal(1, Run("ignition diff a.ign b.ign").Code);
        Assert.Equal(2, Run("ignition diff a.ign no.ign").Code);
    }

    private void Put(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private (int Code, string Output, string Errors) Run(string line) => Shell($"'{Path.Combine(AppContext.BaseDirectory, "matchbox")}' {line}");

    private (int Code, string Output, string Errors) Shell(string line)
    {
        var start = new ProcessStartInfo("timeout", ["30", "sh", "-c", line]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
