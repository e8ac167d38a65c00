using System.Text;
using Matchbox.Butane.ContainerLinux;

namespace Matchbox.Appliance.Commands.Convert;

/// <summary>
/// <c>matchbox ct</c>: what Flatcar's <c>ct</c> v0.9.4 does, with its flags, outputs and exit codes: 0 converted, 1 refused or a
/// file that can not be used, 2 a wrong command line.
/// </summary>
internal static class CtCommand
{
    /// <summary>The version whose answers ours are.</summary>
    private const string Version = "ct v0.9.4";

    /// <param name="arguments">The command line behind <c>ct</c>.</param>
    /// <param name="input">Read if no file is named.</param>
    /// <param name="output">Where the Ignition config goes if no file is named.</param>
    /// <param name="errors">Where findings and faults go.</param>
    public static int Run(string[] arguments, Stream input, Stream output, Stream errors)
    {
        var flags = new GoFlags()
            .Switch("help", "Print help and exit.")
            .Switch("pretty", "Indent the resulting Ignition config.")
            .Switch("version", "Print the version and exit.")
            .Text("in-file", "Path to the container linux config. Standard input unless specified otherwise.")
            .Text("out-file", "Path to the resulting Ignition config. Standard output unless specified otherwise.")
            .Switch("strict", "Fail if any warnings are encountered.")
            .Text("platform", $"Platform to target. Accepted values: [{string.Join(' ', ContainerLinuxConverter.Platforms)}].")
            .Text("files-dir", "Directory to read local files from.");
        if (!flags.TryParse(arguments, out var error))
        {
            Say(errors, error.Length == 0 ? flags.Usage("ct") : $"{error}\n{flags.Usage("ct")}");
            return error.Length == 0 ? ExitCode.Ok : ExitCode.Usage;
        }
        if (flags.IsOn("help"))
        {
            Say(errors, flags.Usage("ct"));
            return ExitCode.Ok;
        }
        if (flags.IsOn("version"))
        {
            Say(output, Version + "\n");
            return ExitCode.Ok;
        }
        return Convert(flags, input, output, errors);
    }

    private static int Convert(GoFlags flags, Stream input, Stream output, Stream errors)
    {
        if (!TryRead(flags["in-file"], input, out var config, out var failure))
        {
            Say(errors, failure + "\n");
            return ExitCode.Fault;
        }
        var result = ContainerLinuxConverter.Convert(config, new ContainerLinuxOptions
        {
            IsPretty = flags.IsOn("pretty"),
            IsStrict = flags.IsOn("strict"),
            Platform = flags["platform"],
            Files = flags["files-dir"] is { Length: > 0 } folder ? new DiskFiles(folder) : null,
        });
        errors.Write(result.Report.Span);
        if (result.Ignition is not { } ignition)
        {
            return ExitCode.Fault;
        }
        if (flags["out-file"] is not { Length: > 0 } file)
        {
            output.Write(ignition.Span);
            return ExitCode.Ok;
        }
        try
        {
            File.WriteAllBytes(file, ignition.Span);
            return ExitCode.Ok;
        }
        catch (Exception fault) when (SystemFault.Is(fault))
        {
            Say(errors, $"Failed to create: open {file}: {SystemFault.ReasonOf(fault, file)}\n");
            return ExitCode.Fault;
        }
    }

    private static bool TryRead(string file, Stream input, out byte[] config, out string failure)
    {
        config = [];
        failure = "";
        if (file.Length == 0)
        {
            config = CommandFiles.ReadStandardInput(input);
            return true;
        }
        if (Directory.Exists(file))
        {
            failure = $"Failed to read: read {file}: is a directory";
            return false;
        }
        try
        {
            config = File.ReadAllBytes(file);
            return true;
        }
        catch (Exception fault) when (SystemFault.Is(fault))
        {
            failure = $"Failed to open: open {file}: {SystemFault.ReasonOf(fault, file)}";
            return false;
        }
    }

    private static void Say(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
