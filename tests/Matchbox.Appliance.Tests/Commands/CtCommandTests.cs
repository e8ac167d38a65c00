using System.Text;
using Matchbox.Appliance.Commands.Convert;
using Matchbox.Testing;

namespace Matchbox.Appliance.Tests.Commands;

public sealed class CtCommandTests
{
    private const string Empty =
        """{"ignition":{"config":{},"security":{"tls":{}},"timeouts":{},"version":"2.3.0"},"networkd":{},"passwd":{},"storage":{},"systemd":{}}""";

    [Fact]
    public void Standard_input_goes_to_standard_output() => Assert.Equal((0, Empty, ""), Run("passwd: {}\n"));

    [Fact]
    public void One_dash_or_two_and_an_equals_sign_or_a_word_of_its_own_are_the_same()
    {
        var config = Path.Combine(Corpus.CtCases, "dynamic-ec2-host", "config.yaml");
        var expected = File.ReadAllText(Path.Combine(Corpus.CtCases, "dynamic-ec2-host", "config.ign"));

        Assert.Equal((0, expected, ""), Run("", "-platform", "ec2", "-in-file", config));
        Assert.Equal((0, expected, ""), Run("", "--platform=ec2", "--in-file=" + config, "-strict", "-pretty=f", "else", "-pretty"));
    }

    [Fact]
    public void Any_finding_is_too_much_when_strict() => Assert.Equal(
        (1, "", "warning at line 1, column 1\nConfig has unrecognized key: a\nFailed to parse config\n"), Run("a: 1\n", "-strict"));

    [Fact]
    public void A_file_that_is_not_there_is_a_fault()
    {
        Assert.Equal((1, "", "Failed to open: open /nowhere/x: no such file or directory\n"), Run("", "-in-file", "/nowhere/x"));
        Assert.Equal((1, "", "Failed to read: read /tmp: is a directory\n"), Run("", "-in-file", "/tmp"));
        Assert.Equal((1, "", "Failed to create: open /nowhere/y: no such file or directory\n"), Run("{}", "-out-file", "/nowhere/y"));
    }

    [Fact]
    public void The_result_can_go_to_a_file()
    {
        var folder = Directory.CreateTempSubdirectory("matchbox-ct-");
        try
        {
            var file = Path.Combine(folder.FullName, "config.ign");

            Assert.Equal((0, "", ""), Run("{}", "-out-file", file));
            Assert.Equal(Empty, File.ReadAllText(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Local_files_are_read_below_their_folder_and_nowhere_else()
    {
        var folder = Directory.CreateTempSubdirectory("matchbox-ct-");
        try
        {
            var files = folder.CreateSubdirectory("files");
            File.WriteAllText(Path.Combine(folder.FullName, "secret"), "no");
            File.WriteAllText(Path.Combine(files.FullName, "a"), "yes");
            File.CreateSymbolicLink(Path.Combine(files.FullName, "inside"), "a");
            File.CreateSymbolicLink(Path.Combine(files.FullName, "outside"), "../secret");

            Assert.Contains("data:,yes", Local("a").Output, StringComparison.Ordinal);
            Assert.Contains("data:,yes", Local("inside").Output, StringComparison.Ordinal);
            Assert.Equal(1, Local("outside").Exit);
            Assert.Equal(1, Local("../secret").Exit);
            Assert.Equal($"error at line 1, column 59\nopen {files.FullName}/b: no such file or directory\n", Local("b").Errors);
            Assert.Equal($"error at line 1, column 59\nread {files.FullName}: is a directory\n", Local(".").Errors);

            (int Exit, string Output, string Errors) Local(string path) =>
                Run($"storage: {{files: [{{path: /a, mode: 420, contents: {{local: {path}}}}}]}}\n", "-files-dir", files.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(0, "", "-h")]
    [InlineData(0, "", "-help")]
    [InlineData(2, "flag provided but not defined: -x\n", "--x=1")]
    [InlineData(2, "flag needs an argument: -in-file\n", "-in-file")]
    [InlineData(2, "bad flag syntax: ---\n", "---")]
    [InlineData(2, "invalid boolean value \"maybe\" for -strict: parse error\n", "-strict=maybe")]
    public void The_usage_is_shown(int exit, string error, string argument)
    {
        var result = Run("", argument);

        Assert.Equal((exit, ""), (result.Exit, result.Output));
        Assert.StartsWith(error + "Usage of ct:\n  -files-dir string\n    \tDirectory to read local files from.\n  -help\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_told() => Assert.Equal((0, "ct v0.9.4\n", ""), Run("", "-version"));

    private static (int Exit, string Output, string Errors) Run(string input, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        using var config = new MemoryStream(Encoding.UTF8.GetBytes(input));
        var exit = CtCommand.Run(arguments, config, output, errors);
        return (exit, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()));
    }
}
