using System.CommandLine;
using System.Text;
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

    private const string Extension = ".ign";

    private static readonly string[] SourceExtensions = [".bu", ".fcc", ".yaml", ".yml"];

    public static Command Create()
    {
        var strict = new Option<bool>("--strict", "-s") { Description = "fail on any warning" };
        var pretty = new Option<bool>("--pretty", "-p") { Description = "output formatted json" };
        var check = new Option<bool>("--check", "-c") { Description = "check the config without producing output" };
        var raw = new Option<bool>("--raw-errors", "-r") { Description = "a line for each finding, without the source around it" };
        var hints = new Option<bool>("--hints") { Description = "say how to mend what is found, and what boots badly though it is valid; on a terminal always" };
        var off = new Option<string[]>("--no-hint") { Description = $"leave a hint out: {string.Join(", ", AdviceRules.All)}", HelpName = "RULE" };
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
            """) { strict, pretty, check, raw, hints, off, filesDir, output, inputs };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(inputs)?.FirstOrDefault(input => input.Length > 1 && input[0] == '-') is { } flag)
            {
                parsed.AddError($"unknown flag: {flag}");
            }
        });
        command.SetAction(parsed => new Run(new ButaneOptions
        {
            Pretty = parsed.GetValue(pretty),
            Files = parsed.GetValue(filesDir) is { Length: > 0 } dir ? new DiskFiles(dir) : null,
        })
        {
            Strict = parsed.GetValue(strict),
            Check = parsed.GetValue(check),
            Raw = parsed.GetValue(raw),
            Hints = parsed.GetValue(hints) || !Console.IsErrorRedirected,
            HintsOff = (parsed.GetValue(off) ?? []).ToHashSet(),
            Output = parsed.GetValue(output),
        }.Convert(parsed.GetValue(inputs) ?? []));
        return command;
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
            if (inputs is [] or ["-"])
            {
                return ConvertOne(ReadInput(), "<stdin>", Output);
            }
            if (inputs is [var input] && !Directory.Exists(input))
            {
                return ReadFile(input) is { } source ? ConvertOne(source, input, Output) : ExitCode.Fault;
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
            var files = inputs.SelectMany(FilesOf).ToArray();
            var outputs = files.Select(file => Output is null ? null : Path.Combine(Output, Path.GetFileNameWithoutExtension(file) + Extension)).ToArray();
            if (outputs.OfType<string>().GroupBy(path => path).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                Console.Error.WriteLine($"matchbox butane: two inputs would be written to {twice.Key}: name them apart");
                return ExitCode.Usage;
            }
            if (Output is not null)
            {
                Directory.CreateDirectory(Output);
            }
            var refused = 0;
            for (var i = 0; i < files.Length; i++)
            {
                refused += ReadFile(files[i]) is { } source && ConvertOne(source, files[i], outputs[i]) == ExitCode.Ok ? 0 : 1;
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
                using var standardError = Console.OpenStandardError();
                standardError.Write(Encoding.UTF8.GetBytes(errors));
            }
            if (CommandText.IsRefused(result, Strict))
            {
                return ExitCode.Fault;
            }
            return Check || Write(result.Output!, output) ? ExitCode.Ok : ExitCode.Fault;
        }

        private static bool Write(byte[] json, string? output)
        {
            try
            {
                using var stream = output is null ? Console.OpenStandardOutput() : File.Create(output);
                stream.Write(json);
                stream.Write("\n"u8);
                return true;
            }
            catch (Exception failure) when (output is not null && failure is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"failed to open {output}: {failure.Message}");
                return false;
            }
        }

        private static IEnumerable<string> FilesOf(string input) => Directory.Exists(input)
            ? Directory.EnumerateFiles(input).Where(file => Array.IndexOf(SourceExtensions, Path.GetExtension(file)) >= 0).Order(StringComparer.Ordinal)
            : [input];

        private static byte[]? ReadFile(string path)
        {
            try
            {
                return File.ReadAllBytes(path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"failed to open {path}: {failure.Message}");
                return null;
            }
        }

        private static byte[] ReadInput()
        {
            using var input = Console.OpenStandardInput();
            using var all = new MemoryStream();
            input.CopyTo(all);
            return all.ToArray();
        }
    }
}
