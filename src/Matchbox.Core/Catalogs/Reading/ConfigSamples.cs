using System.Globalization;
using Matchbox.Butane.Reports;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>
/// Renders a group's configs when they are read: what would fail for which machines is known before one of them asks. What a
/// machine says in its request is made up from the group's selector.
/// </summary>
internal sealed class ConfigSamples(IReadOnlySet<string> hintsOff)
{
    // What the script of every machine says of it.
    private static readonly Dictionary<string, string> Machine = new(StringComparer.Ordinal)
    {
        ["uuid"] = "00000000-0000-4000-8000-000000000001",
        ["mac"] = "52:54:00:00:00:01",
        ["domain"] = "example.net",
        ["hostname"] = "sample",
        ["serial"] = "SAMPLE",
        ["arch"] = "x86_64",
    };

    private readonly ConfigRenderer _renderer = new(hintsOff);

    public GroupSample Render(Group group, Profile profile, ConfigFile? ignition, ConfigFile? generic, ConfigFile? cloud)
    {
        var request = RequestOf(group);
        var faults = new List<CatalogFault>();
        var notes = new List<string>();
        RenderedConfig? rendered = null;
        if (ignition?.Template is not null)
        {
            var sample = MayUseSecrets(group, profile, ignition) ? _renderer.Ignition(ignition, group, request) : Unprotected(ignition, profile);
            // Only what an offer needs is kept: there may be thousands of groups.
            rendered = new RenderedConfig(null, IsUncertain(ignition, sample) ? null : sample.Failure, sample.Sign);
            Tell(ignition, group, sample, faults, notes);
        }
        foreach (var file in (ReadOnlySpan<ConfigFile?>)[generic, cloud])
        {
            if (file?.Template is not null)
            {
                Tell(file, group, MayUseSecrets(group, profile, file) ? ConfigRenderer.Generic(file, group, request) : Unprotected(file, profile), faults, notes);
            }
        }
        return new GroupSample(group, profile, ignition, generic, cloud) { Rendered = rendered, Faults = [.. faults], Notes = [.. notes] };
    }

    // What depends on the request may be well for the machine that will ask. A config that Butane refuses for a machine that says
    // what all of them say is a fault all the same: it can be made to stand with {{if}}. What stands for a secret may be none where
    // a URL or a number has to be.
    private static bool IsUncertain(ConfigFile file, RenderedConfig sample) =>
        (sample.TemplateError is not null && file.ReadsRequest) || (file.UsesSecrets && sample.UnprotectedCall is null);

    private static bool MayUseSecrets(Group group, Profile profile, ConfigFile file) => !file.UsesSecrets || Protection.Of(group, profile) is not null;

    private static RenderedConfig Unprotected(ConfigFile file, Profile profile) =>
        new(null, $"{file.Path} uses a secret, and neither profile {profile.Id} nor the group is protected", null) { UnprotectedCall = file.SecretCalls[0] };

    private static RequestData RequestOf(Group group)
    {
        var query = new Dictionary<string, string>(Machine, StringComparer.Ordinal);
        foreach (var (key, value) in group.Selector)
        {
            query[key] = value;
        }
        foreach (var (key, condition) in group.Match)
        {
            if (key != LabelName.Source && condition.Values is [var first, ..])
            {
                query[key] = first.Value;
            }
        }
        return new RequestData(query, string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")))
        {
            Disk = new ArmedDisk("/dev/disk/by-id/sample", "/dev/sda", null, null, null, 0),
        };
    }

    private static void Tell(ConfigFile file, Group group, RenderedConfig sample, List<CatalogFault> faults, List<string> notes)
    {
        if (sample.Failure is { } failure)
        {
            if (IsUncertain(file, sample))
            {
                notes.Add($"{file.Path}: for machines of group {group.Id} it cannot be tried before one asks: {failure}");
            }
            else
            {
                AddFaults(file, sample, failure, faults);
            }
            return;
        }
        foreach (var finding in sample.Report?.Findings ?? [])
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{finding.Line}:{finding.Column}: {finding.Message}"));
        }
        foreach (var advice in sample.Advice)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{advice.Line}:{advice.Column}: {advice.Text} [{advice.Rule}]"));
        }
    }

    private static void AddFaults(ConfigFile file, RenderedConfig sample, string failure, List<CatalogFault> faults)
    {
        var errors = sample.Report?.Findings.Where(finding => finding.Severity == Severity.Error).ToArray() ?? [];
        foreach (var error in errors)
        {
            faults.Add(new CatalogFault(file.Path, error.Line, error.Column, $"{error.Message} ({error.Path})", ""));
        }
        if (sample.UnprotectedCall is { } call)
        {
            faults.Add(new CatalogFault(file.Path, call.Line, call.Column + 1, call.Argument is { } name ? $"the secret \"{ClientText.Escape(name)}\" is used: {failure}" : failure,
                $"add \"{ProtectionReader.ProtectKey}\": \"{Protection.Once}\" to the profile or the group"));
        }
        else if (sample.TemplateError is { } template)
        {
            faults.Add(new CatalogFault(file.Path, template.Line, template.Column + 1, failure, ""));
        }
        else if (errors.Length == 0)
        {
            var advice = sample.Advice is [var first, ..] ? first : null;
            faults.Add(new CatalogFault(file.Path, advice?.Line is > 0 and var line ? line : 1, Math.Max(1, advice?.Column ?? 1), failure, advice?.Text ?? ""));
        }
    }
}
