using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Catalogs;
using Matchbox.Http.Rest.Problems;
using Matchbox.Web.Calls;

namespace Matchbox.Web.Components.Pages.Documents;

/// <summary>
/// A document while a person writes it: the text, what the API says of it, and whether it can be saved. The API checks it with the whole
/// catalog by a dry run; saving goes by the ETag. One page owns it.
/// </summary>
public sealed class DocumentDraft
{
    /// <summary>Characters beyond which a text is shown and not edited: each change of it travels whole.</summary>
    private const int MaxEdited = 256 << 10;

    private readonly ConsoleApi _api;
    private bool _hasReturns;

    internal DocumentDraft(ConsoleApi api, DocumentKind kind) => (_api, Kind) = (api, kind);

    internal DocumentKind Kind { get; }

    public string Id { get; set; } = "";

    public bool IsNew { get; private set; }

    /// <summary>With line feeds alone, as a text area has it.</summary>
    public string Text { get; set; } = "";

    /// <summary>The text that is there, as it was read; null: nothing is.</summary>
    public string? Saved { get; private set; }

    public string Tag { get; private set; } = "";

    /// <summary><c>folder</c> or <c>store</c>.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>Why it cannot be changed here; null: it can.</summary>
    public string? ReadOnly { get; private set; }

    /// <summary>Somebody else has changed it since it was read.</summary>
    public bool IsStale { get; private set; }

    public IReadOnlyList<Finding> Findings { get; private set; } = [];

    /// <summary>What saving would do; null: it would be refused.</summary>
    public ChangeResult? Plan { get; private set; }

    /// <summary>Of a group: the machines that it would select.</summary>
    public GroupMatch? Match { get; private set; }

    public bool IsChanged => Text != (Saved ?? "");

    public bool IsSound => Plan is not null && Findings.All(finding => finding.Severity != "error");

    /// <summary>Its place in the layout; empty while it has no name that can be one.</summary>
    public string Path => Kind.PathOf(Id) ?? "";

    public string Url => UrlOf(Kind, Id);

    internal static string UrlOf(DocumentKind kind, string id) =>
        $"/api/v1/{(kind.IsJson ? kind.Part : $"configs/{kind.Part}")}/{string.Join('/', id.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>Begins one that is not there yet.</summary>
    public void Begin(string text) => (IsNew, Text, Saved, Tag) = (true, text, null, ConsoleApi.Absent);

    /// <exception cref="ApiException">It is not there, or may not be seen.</exception>
    public async Task LoadAsync(string id, CancellationToken cancellation)
    {
        Id = id;
        // The tag comes first: if it changes between the two, saving is refused.
        (Origin, var revision, var octets) = Kind == DocumentKind.Group ? Of(await _api.GetAsync<GroupView>($"{Url}?view=true", cancellation))
            : Kind == DocumentKind.Profile ? Of(await _api.GetAsync<ProfileView>($"{Url}?view=true", cancellation))
            : Of(await _api.GetAsync<ConfigView>($"{Url}?view=true", cancellation));
        var text = await _api.TextAsync(Url, cancellation);
        _hasReturns = text.Contains("\r\n", StringComparison.Ordinal);
        (Tag, IsNew, IsStale) = ($"\"{revision}\"", false, false);
        Saved = Text = text.ReplaceLineEndings("\n");
        ReadOnly = text.Contains('\uFFFD', StringComparison.Ordinal) || text.Contains('\0', StringComparison.Ordinal) ? "It is no text: change it with matchbox apply, or by the API."
            : text.Length > MaxEdited ? $"It has {octets} octets, too many to edit here: change it with matchbox apply, or by the API."
            : null;

        static (string, string, int) Of(object view) => view switch
        {
            GroupView group => (group.Origin, group.Revision, 0),
            ProfileView profile => (profile.Origin, profile.Revision, 0),
            ConfigView config => (config.Origin, config.Revision, config.Octets),
            _ => ("", "", 0),
        };
    }

    /// <summary>Asks the API what it would say to this text.</summary>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        if (Path.Length == 0)
        {
            (Plan, Findings) = (null, Id.Length == 0 ? [] : [new Finding("error", 0, 0, $"“{Id}” cannot be its name: 255 characters at most, no part empty or with a dot at its start")]);
            return;
        }
        var findings = new List<Finding>();
        ChangeResult? plan = null;
        try
        {
            plan = (await _api.SendAsync<ChangeResult>(HttpMethod.Put, $"{Url}?dryRun=true", Content(), Tag, cancellation)).Value;
            IsStale = false;
            findings.AddRange(plan.Notes.Select(note => Finding.OfNote(note, Path)));
            findings.AddRange(plan.Ties.Select(tie => new Finding("warning", 0, 0, tie)));
        }
        catch (ApiException refused) when (refused.Status == HttpStatusCode.PreconditionFailed)
        {
            IsStale = !IsNew;
            findings.Add(IsNew ? new Finding("error", 0, 0, $"There is a {Kind.Noun} “{Id}” already.") : new Finding("error", 0, 0, "Somebody else has changed it meanwhile."));
        }
        catch (ApiException refused) when (refused.Problem is { } problem)
        {
            if (problem.Type == ProblemKind.Declared.Type)
            {
                ReadOnly = $"{Path} is a file of the data folder: change it there.";
            }
            else if (problem.Type == ProblemKind.Forbidden.Type)
            {
                ReadOnly = "Your rights do not reach all machines that get it.";
            }
            else
            {
                findings.AddRange(Finding.Of(problem, Path));
            }
        }
        findings.AddRange(await ButaneAsync(findings, cancellation));
        var match = await MatchAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        (Plan, Match, Findings) = (plan, match ?? Match, [.. findings.Distinct().OrderBy(finding => finding.Elsewhere is not null).ThenBy(finding => finding.Line)]);
    }

    /// <exception cref="ApiException">Refused; nothing was overwritten.</exception>
    public async Task SaveAsync()
    {
        var written = Text;
        var saved = await _api.SendAsync<ChangeResult>(HttpMethod.Put, Url, Content(), Tag);
        (Saved, Tag, IsNew, Origin) = (written, saved.Tag, false, Origin.Length > 0 ? Origin : "store");
    }

    /// <exception cref="ApiException">Refused.</exception>
    public Task DeleteAsync() => _api.SendAsync(HttpMethod.Delete, Url, tag: Tag);

    /// <summary>What taking it away would do.</summary>
    /// <exception cref="ApiException">It would be refused.</exception>
    public async Task<ChangeResult> WithoutAsync() => (await _api.SendAsync<ChangeResult>(HttpMethod.Delete, $"{Url}?dryRun=true", tag: Tag)).Value;

    private ByteArrayContent Content()
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(_hasReturns ? Text.ReplaceLineEndings("\r\n") : Text));
        content.Headers.ContentType = new MediaTypeHeaderValue(Kind.IsJson ? "application/json" : "text/plain");
        return content;
    }

    // Warnings and advice; a fault of it is one of the catalog too, at the same place.
    private async Task<IEnumerable<Finding>> ButaneAsync(List<Finding> found, CancellationToken cancellation)
    {
        if (Kind.Part != "ignition" || Text.Contains("{{", StringComparison.Ordinal) || !Text.Contains("variant", StringComparison.Ordinal) || Text.TrimStart().StartsWith('{'))
        {
            return [];
        }
        try
        {
            var answer = await _api.SendAsync<ButaneAnswer>(HttpMethod.Post, "/api/v1/butane?report=true", new StringContent(Text), cancellation: cancellation);
            return Finding.Of(answer.Value.Report);
        }
        catch (ApiException refused) when (refused.Problem is { } problem)
        {
            var all = Finding.Of(new ButaneReport(null, [.. problem.Findings ?? []], [.. problem.Advice ?? []]));
            return all.Where(finding => !found.Exists(other => other.Severity == finding.Severity && other.Line == finding.Line && other.Elsewhere is null));
        }
    }

    private async Task<GroupMatch?> MatchAsync(CancellationToken cancellation)
    {
        if (Kind != DocumentKind.Group)
        {
            return null;
        }
        try
        {
            return (await _api.SendAsync<GroupMatch>(HttpMethod.Post, $"/api/v1/groups/match?id={Uri.EscapeDataString(Id)}", Content(), cancellation: cancellation)).Value;
        }
        catch (ApiException)
        {
            // What is wrong with it is told by the dry run.
            return null;
        }
    }
}
