using System.Globalization;
using Matchbox.Butane.Reports;
using Matchbox.Core.Catalogs.Selection;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// Renders every group's configs once when a folder is read: what would fail for which machines is known before one of them asks.
/// What a machine says in its request is made up from the group's selector.
/// </summary>
internal sealed class ConfigSamples(
    IReadOnlyDictionary<string, Profile> profiles, IReadOnlyDictionary<string, ConfigFile> ignition, IReadOnlyDictionary<string, ConfigFile> generic,
    List<CatalogFault> faults, List<string> notes, IReadOnlySet<string> hintsOff)
{
    private const int NamedGroups = 3;

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
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<CatalogFault, List<string>> _failing = [];

    public IReadOnlyDictionary<Group, RenderedConfig> Render(IReadOnlyList<Group> groups)
    {
        var samples = new Dictionary<Group, RenderedConfig>(ReferenceEqualityComparer.Instance);
        foreach (var group in groups)
        {
            if (!profiles.TryGetValue(group.Profile, out var profile))
            {
                continue;
            }
            var request = RequestOf(group);
            var isProtected = Protection.Of(group, profile) is not null;
            if (ignition.TryGetValue(profile.IgnitionId, out var config) && config.Template is not null)
            {
                var sample = !isProtected && config.UsesSecrets ? Unprotected(config, group) : _renderer.Ignition(config, group, request);
                // Only what an offer needs is kept: a folder may have thousands of groups.
                samples[group] = new RenderedConfig(null, IsUncertain(config, sample) ? null : sample.Failure, sample.Sign);
                Tell(config, group, sample);
            }
            if (generic.TryGetValue(profile.GenericId, out var file) && file.Template is not null)
            {
                Tell(file, group, !isProtected && file.UsesSecrets ? Unprotected(file, group) : ConfigRenderer.Generic(file, group, request));
            }
        }
        foreach (var (fault, ids) in _failing)
        {
            var more = ids.Count > NamedGroups ? $" and {ids.Count - NamedGroups} more" : "";
            faults.Add(fault with { What = $"{fault.What}, for machines of group {string.Join(", ", ids.Take(NamedGroups))}{more}" });
        }
        return samples;
    }

    // What depends on the request may be well for the machine that will ask. A config that Butane refuses for a machine that says
    // what all of them say is a fault all the same: it can be made to stand with {{if}}. A value that stands for a secret may be
    // none where a URL or a number has to be.
    private static bool IsUncertain(ConfigFile file, RenderedConfig sample) =>
        (sample.TemplateError is not null && file.ReadsRequest) || (file.UsesSecrets && sample.UnprotectedCall is null);

    private static RenderedConfig Unprotected(ConfigFile file, Group group) =>
        new(null, $"{file.Path} uses a secret, and neither profile {group.Profile} nor group {group.Id} is protected", null) { UnprotectedCall = file.SecretCalls[0] };

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
        return new RequestData(query, string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")));
    }

    private void Tell(ConfigFile file, Group group, RenderedConfig sample)
    {
        if (sample.Failure is { } failure)
        {
            if (IsUncertain(file, sample))
            {
                Note($"{file.Path}: for machines of group {group.Id} it cannot be tried before one asks: {failure}");
            }
            else
            {
                AddFaults(file, group, sample, failure);
            }
            return;
        }
        foreach (var finding in sample.Report?.Findings ?? [])
        {
            Note(string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{finding.Line}:{finding.Column}: {finding.Message}"));
        }
        foreach (var advice in sample.Advice)
        {
            Note(string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{advice.Line}:{advice.Column}: {advice.Text} [{advice.Rule}]"));
        }
    }

    private void AddFaults(ConfigFile file, Group group, RenderedConfig sample, string failure)
    {
        var errors = sample.Report?.Findings.Where(finding => finding.Severity == Severity.Error).ToArray() ?? [];
        foreach (var error in errors)
        {
            AddFault(group, new CatalogFault(file.Path, error.Line, error.Column, $"{error.Message} ({error.Path})", ""));
        }
        if (sample.UnprotectedCall is { } call)
        {
            AddFault(group, new CatalogFault(file.Path, call.Line, call.Column + 1,
                $"the secret {(call.Argument is { } name ? $"\"{ClientText.Escape(name)}\"" : "that is named here")} is used, and neither profile {group.Profile} nor the group is protected",
                $"add \"{ProtectionReader.ProtectKey}\": \"{Protection.Once}\" to profiles/{group.Profile}.json"));
        }
        else if (sample.TemplateError is { } template)
        {
            AddFault(group, new CatalogFault(file.Path, template.Line, template.Column + 1, failure, ""));
        }
        else if (errors.Length == 0)
        {
            var advice = sample.Advice is [var first, ..] ? first : null;
            AddFault(group, new CatalogFault(file.Path, advice?.Line is > 0 and var line ? line : 1, Math.Max(1, advice?.Column ?? 1), failure, advice?.Text ?? ""));
        }
    }

    private void AddFault(Group group, CatalogFault fault)
    {
        if (!_failing.TryGetValue(fault, out var groups))
        {
            _failing[fault] = groups = [];
        }
        groups.Add(group.Id);
    }

    // Groups that share a config say the same of it.
    private void Note(string note)
    {
        if (_told.Add(note))
        {
            notes.Add(note);
        }
    }
}
