using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;

namespace Matchbox.Appliance.Commands.Convert;

/// <summary><c>matchbox ignition</c>: judge, merge and compare Ignition configs. Nothing is fetched from anywhere.</summary>
internal static class IgnitionCommand
{
    public static Command Create()
    {
        var command = new Command("ignition", "Judge, merge and compare Ignition configs. Nothing that a config names is fetched.") { Validate(), Merge(), Diff() };
        return command;
    }

    private static Command Validate()
    {
        var files = Files("configs; none or -: standard input");
        var machine = new Option<string?>("--for") { Description = "also: can this Ignition read it? a release such as 2.14.0, or a spec such as 3.3.0", HelpName = "VERSION" };
        var command = new Command("validate",
            """
            Say what Ignition says of configs: findings with line and column on standard error. Exit code 1: one is refused.

            Examples:
              matchbox ignition validate node1.ign
              matchbox ignition validate --for 2.14.0 ignition/*.ign
            """) { files, machine };
        machine.Validators.Add(result =>
        {
            if (result.GetValue(machine) is { } wanted && !IgnitionCompatibility.TryParseMachine(wanted, out _))
            {
                result.AddError($"--for {wanted}: neither a release of Ignition such as 2.14.0 nor a spec such as 3.3.0");
            }
        });
        command.SetAction(parsed =>
        {
            var isGood = true;
            var named = Named(parsed.GetValue(files));
            foreach (var file in named)
            {
                isGood &= TryOpen(file, named.Length > 1, out var document) && (parsed.GetValue(machine) is not { } wanted || FitsMachine(file, document, wanted));
            }
            return isGood ? ExitCode.Ok : ExitCode.Fault;
        });
        return command;
    }

    private static Command Merge()
    {
        var files = Files("configs, the lowest first: what a later one says wins");
        var pretty = new Option<bool>("--pretty", "-p") { Description = "output formatted json" };
        var output = new Option<string?>("--output", "-o") { Description = "write to this file instead of standard output", HelpName = "FILE" };
        var command = new Command("merge",
            """
            Merge configs as ignition.config.merge does. Older ones are brought to the newest version among them first.

            Example:
              matchbox ignition merge base.ign rack.ign node1.ign > merged.ign
            """) { files, pretty, output };
        command.SetAction(parsed =>
        {
            var documents = new List<IgnitionDocument>();
            var named = Named(parsed.GetValue(files));
            foreach (var file in named)
            {
                if (!TryOpen(file, named.Length > 1, out var document) || !IsSpec3(file, document))
                {
                    return ExitCode.Fault;
                }
                documents.Add(document);
            }
            var version = documents.Max(document => document.Version);
            var merged = IgnitionUpgrade.To(documents[0].Config, documents[0].Version, version);
            foreach (var document in documents.Skip(1))
            {
                merged = IgnitionMerge.Merge(merged, IgnitionUpgrade.To(document.Config, document.Version, version), version);
            }
            // Two good configs can make a bad one.
            var report = new Report();
            IgnitionRules.FindDuplicates(merged, version, report);
            IgnitionRules.Validate(merged, version, report);
            CommandFiles.Say(ReportText.Raw(report));
            if (report.IsFatal)
            {
                return ExitCode.Fault;
            }
            var target = parsed.GetValue(output) is { Length: > 0 } path ? path : null;
            return CommandFiles.Write(IgnitionJson.Write(merged, version, parsed.GetValue(pretty)), target) ? ExitCode.Ok : ExitCode.Fault;
        });
        return command;
    }

    private static Command Diff()
    {
        var before = new Argument<string>("BEFORE") { Description = "a config" };
        var after = new Argument<string>("AFTER") { Description = "another" };
        var command = new Command("diff",
            """
            Tell what differs between two configs, by path: files and users by their names in whatever order, contents unpacked.
            Exit code 0: nothing differs; 1: something does; 2: one of them cannot be read.
            """) { before, after };
        command.SetAction(parsed =>
        {
            var (one, two) = (parsed.GetValue(before)!, parsed.GetValue(after)!);
            if (!TryOpen(one, true, out var old) || !TryOpen(two, true, out var now))
            {
                return ExitCode.Usage;
            }
            var changes = IgnitionDiff.Compare(old, now);
            Console.Out.Write(IgnitionDiff.Write(changes));
            return changes.Count == 0 ? ExitCode.Ok : ExitCode.Fault;
        });
        return command;
    }

    private static Argument<string[]> Files(string text) => new("FILE") { Description = text, Arity = ArgumentArity.ZeroOrMore };

    private static string[] Named(string[]? files) => files is null or [] ? ["-"] : files;

    private static bool FitsMachine(string file, IgnitionDocument document, string machine)
    {
        if (document.IsSpec2)
        {
            CommandFiles.Say($"{file}: spec 2 is read by Ignition 0.x and by Flatcar's, and not by spec 3's\n");
            return false;
        }
        var report = new Report();
        _ = IgnitionCompatibility.TryParseMachine(machine, out var readable);       // judged when the command line was read
        IgnitionCompatibility.Render(document.Config, document.Version, readable, report, out _);
        CommandFiles.Say(string.Concat(report.Findings.Select(finding => $"{file}: {ReportText.Raw(Located(finding, document))}\n")));
        return !report.IsFatal;
    }

    private static Finding Located(Finding finding, IgnitionDocument document)
    {
        var (line, column) = document.Locate(finding.Path);
        return finding with { Line = line, Column = column };
    }

    private static bool IsSpec3(string file, IgnitionDocument document)
    {
        if (document.IsSpec2)
        {
            CommandFiles.Say($"{file}: is of spec 2, whose configs are not merged: bring it to spec 3 first\n");
        }
        return !document.IsSpec2;
    }

    private static bool TryOpen(string file, bool isOneOfSeveral, [NotNullWhen(true)] out IgnitionDocument? document)
    {
        document = null;
        if ((file is "-" or "" ? CommandFiles.ReadStandardInput() : CommandFiles.Read(file)) is not { } bytes)
        {
            return false;
        }
        var isRead = IgnitionReader.TryRead(bytes, out document, out var report, out var error);
        CommandFiles.Say(isOneOfSeveral ? string.Concat(report.Findings.Select(finding => $"{file}: {ReportText.Raw(finding)}\n")) : ReportText.Raw(report));
        if (error is not null)
        {
            CommandFiles.Say($"{file}: {error}\n");
        }
        return isRead && error is null;
    }
}
