using System.CommandLine;
using System.IO.Enumeration;
using Matchbox.Butane;
using Matchbox.Butane.Advice;
using Matchbox.Butane.Reports;

namespace Matchbox.Appliance.Commands.Convert;

/// <summary>
/// <c>matchbox butane</c>: what <c>butane</c> does, with its options, outputs and exit codes; and many files, or whole folders, in
/// one call.
/// </summary>
internal static class ButaneCommand
{
    public const string Name = "butane";

    /// <summary>The version whose answers ours are.</summary>
    private const string Version = "Butane 0.29.0";

    private const string Extension = ".ign";

    private static readonly string[] SourceExtensions = [".bu", ".fcc", ".yaml", ".yml"];

    public static Command Create(string[] arguments)
    {
        var strict = new Option<bool>("--strict", "-s") { Description = "fail on any warning" };
        var pretty = new Option<bool>("--pretty", "-p") { Description = "output formatted json" };
        var check = new Option<bool>("--check", "-c") { Description = "check the config without producing output" };
        var raw = new Option<bool>("--raw-errors") { Description = "a line for each finding, without the source around it" };
        var rawOutput = new Option<bool>("--raw", "-r") { Description = "never wrap in a MachineConfig; changes nothing, as nothing is wrapped here" };
        var version = new Option<bool>("--version", "-V") { Description = "print the version and exit" };
        var debug = new Option<bool>("--debug", "-D") { Hidden = true };
        var input = new Option<string?>("--input") { Description = "read from this file; name it without an option instead", HelpName = "FILE", Hidden = true };
        var hints = new Option<bool>("--hints") { Description = "say how to mend what is found, and what boots badly though it is valid; on a terminal unless --hints=false" };
        var off = new Option<string[]>("--no-hint") { Description = $"leave a hint out: {string.Join(", ", AdviceRules.All)}", HelpName = "RULE" };
        off.AcceptOnlyFromAmong([.. AdviceRules.All]);
        var filesDir = new Option<string?>("--files-dir", "-d") { Description = "allow embedding local files from this directory", HelpName = "DIR" };
        var output = new Option<string?>("--output", "-o") { Description = "write to this file instead of standard output; for several inputs, into this folder", HelpName = "FILE" };
        var inputs = new Argument<string[]>("FILE") { Description = "Butane configs, or folders of them; none or - : standard input", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(Name,
            """
            Translate Butane configs to Ignition, as the butane command does: JSON on standard output, findings on standard error.
            Exit code 0: translated; 1: refused; 2: the command line is wrong.

            Examples:
              matchbox butane --strict node1.bu > node1.ign
              matchbox butane --files-dir files --pretty node1.bu
              matchbox butane --check --hints configs/           every config of a folder
              matchbox butane -o ignition/ configs/              all of them, each to ignition/NAME.ign
            """) { strict, pretty, check, version, rawOutput, raw, hints, off, filesDir, output, debug, input, inputs };
        command.Validators.Add(parsed =>
        {
            // What stands behind -- is a file, whatever it looks like.
            var end = Array.IndexOf(arguments, "--");
            var files = end < 0 ? 0 : arguments.Length - end - 1;
            if (parsed.GetValue(inputs)?.SkipLast(files).FirstOrDefault(file => file.Length > 1 && file[0] == '-') is { } flag)
            {
                parsed.AddError($"unknown flag: {flag}");
            }
        });
        command.SetAction(parsed => parsed.GetValue(version) ? SayVersion() : new Run(new ButaneOptions
        {
            Pretty = parsed.GetValue(pretty),
            Files = parsed.GetValue(filesDir) is { Length: > 0 } dir ? new DiskFiles(dir) : null,
        })
        {
            Strict = parsed.GetValue(strict),
            Check = parsed.GetValue(check),
            Raw = parsed.GetValue(raw),
            Hints = parsed.GetResult(hints) is { Implicit: false } ? parsed.GetValue(hints) : !Console.IsErrorRedirected,
            HintsOff = (parsed.GetValue(off) ?? []).ToHashSet(),
            Output = parsed.GetValue(output) is { Length: > 0 } file ? file : null,
        }.Convert([.. parsed.GetValue(input) is { Length: > 0 } named ? [named] : Array.Empty<string>(), .. parsed.GetValue(inputs) ?? []]));
        return command;
    }

    private static int SayVersion()
    {
        Console.Out.WriteLine(Version);
        return ExitCode.Ok;
    }

    private sealed class Run(ButaneOptions options)
    {
        public bool Strict { get; init; }

        public bool Check { get; init; }

        public bool Raw { get; init; }

        public bool Hints { get; init; }

        public required IReadOnlySet<string> HintsOff { get; init; }

        public string? Output { get; init; }

        public int Convert(string[] inputs)
        {
            if (inputs is [] or ["-" or ""])
            {
                return ConvertOne(CommandFiles.ReadStandardInput(), "<stdin>", Output);
            }
            if (inputs is [var input] && !Directory.Exists(input))
            {
                return CommandFiles.Read(input) is { } source ? ConvertOne(source, input, Output) : ExitCode.Fault;
            }
            return ConvertMany(inputs);
        }

        private int ConvertMany(string[] inputs)
        {
            if (Output is null && !Check)
            {
                Console.Error.WriteLine("matchbox butane: several inputs need --output FOLDER, or --check");
                return ExitCode.Usage;
            }
            if (inputs.Any(input => input is "-" or ""))
            {
                Console.Error.WriteLine("matchbox butane: standard input cannot be one of several inputs");
                return ExitCode.Usage;
            }
            if (!TryFind(inputs, out var found))
            {
                return ExitCode.Fault;
            }
            var files = found.Select(each => each.File).ToArray();
            var outputs = found.Select(each => Output is null ? null : Path.Combine(Output, Path.ChangeExtension(each.Below, Extension))).ToArray();
            if (outputs.OfType<string>().GroupBy(path => path).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                Console.Error.WriteLine($"matchbox butane: two inputs would be written to {twice.Key}: name them apart");
                return ExitCode.Usage;
            }
            var refused = 0;
            for (var i = 0; i < files.Length; i++)
            {
                refused += TryMakeFolder(outputs[i]) && CommandFiles.Read(files[i]) is { } source && ConvertOne(source, files[i], outputs[i]) == ExitCode.Ok ? 0 : 1;
            }
            Console.Error.WriteLine($"{files.Length - refused} of {files.Length} {(Check ? "good" : "translated")}{(refused == 0 ? "" : $", {refused} refused")}");
            return refused == 0 ? ExitCode.Ok : ExitCode.Fault;
        }

        private int ConvertOne(byte[] source, string name, string? output)
        {
            var result = ButaneConverter.Convert(source, options);
            var errors = CommandText.Errors(result, source, name, Strict, Raw);
            if (Hints)
            {
                errors += string.Concat(Adviser.On(result, HintsOff).Select(advice => $"hint: {name}: {advice}\n"));
            }
            if (errors.Length > 0)
            {
                CommandFiles.Say(errors);
            }
            if (CommandText.IsRefused(result, Strict))
            {
                return ExitCode.Fault;
            }
            return Check || CommandFiles.Write(result.Output!, output) ? ExitCode.Ok : ExitCode.Fault;
        }

        // The configs of each input, and where each lies below that input.
        private static bool TryFind(string[] inputs, out List<(string File, string Below)> found)
        {
            found = [];
            foreach (var input in inputs)
            {
                if (!Directory.Exists(input))
                {
                    found.Add((input, Path.GetFileName(input)));
                    continue;
                }
                try
                {
                    var files = ConfigsBelow(input).Order(StringComparer.Ordinal).ToArray();
                    if (files.Length == 0)
                    {
                        Console.Error.WriteLine($"matchbox butane: {input}: no configs in this folder ({string.Join(", ", SourceExtensions)})");
                        return false;
                    }
                    found.AddRange(files.Select(file => (file, Path.GetRelativePath(input, file))));
                }
                catch (Exception failure) when (SystemFault.Is(failure))
                {
                    Console.Error.WriteLine($"failed to read {input}: {(failure is UnauthorizedAccessException ? "permission denied in it" : SystemFault.ReasonOf(failure, input))}");
                    return false;
                }
            }
            return true;
        }

        // Links to files are files; links to folders could go in a circle. Folders such as .git hold no configs.
        private static FileSystemEnumerable<string> ConfigsBelow(string folder) =>
            new(folder, (ref entry) => entry.ToSpecifiedFullPath(), new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = 0 })
            {
                ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && Array.IndexOf(SourceExtensions, Path.GetExtension(entry.FileName).ToString()) >= 0,
                ShouldRecursePredicate = (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0 && entry.FileName[0] != '.',
            };

        private static bool TryMakeFolder(string? output)
        {
            try
            {
                if (Path.GetDirectoryName(output) is { Length: > 0 } folder)
                {
                    Directory.CreateDirectory(folder);
                }
                return true;
            }
            catch (Exception failure) when (SystemFault.Is(failure))
            {
                Console.Error.WriteLine($"failed to open {output}: mkdir: {SystemFault.ReasonOf(failure, output!)}");
                return false;
            }
        }
    }
}
