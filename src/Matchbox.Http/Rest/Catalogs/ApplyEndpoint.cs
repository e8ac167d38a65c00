using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest.Catalogs;

/// <summary><c>PUT /api/v1/apply</c>: makes the catalog's documents be as a set says, all of them or none.</summary>
internal sealed class ApplyEndpoint(CatalogRights rights, CatalogChanges changes)
{
    private const int MaxBody = 64 << 20;
    private const int MaxObjects = 50_000;

    private static readonly JsonWriterOptions Written = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    public void Map(RestRoutes rest) => rest.Operator.MapPut("/apply", ApplyAsync)
        .Describe("apply", "Apply", "Make the catalog be as this set says",
            "Each object names its document by `path`, or by `kind` (`group`, `profile`, `ignition`, `generic`, `cloud`) and `id`, and says what it is by `content` (text), `contentBase64` or "
            + "`object` (JSON). `prune` names parts of the layout whose other documents of the store are removed. All of it is done or nothing. "
            + "`dryRun=true` answers the plan: what would be made, changed and removed, and which machines would get something else.")
        .Takes<ApplyRequest>("""{ "objects": [ { "kind": "group", "id": "b7", "object": { "profile": "worker", "selector": { "rack": "b7" } } } ], "prune": ["groups"] }""")
        .Shows("""{ "dryRun": false, "documents": [ { "path": "groups/b7.json", "step": "create", "revision": "2cf24dba5fb0a30e26e83b2ac5b9e29e" } ], "notes": [], "ties": [] }""")
        .Fails(ProblemKind.InvalidRequest, ProblemKind.Declared, ProblemKind.Stale, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Unsound, ProblemKind.StoreFailed);

    private async Task<Ok<ChangeResult>> ApplyAsync(HttpContext context, bool? dryRun)
    {
        var isDryRun = DryRun.Note(context, dryRun);
        var asked = await RestBody.ReadAsync(context, RestJson.Default.ApplyRequest, most: MaxBody);
        var wanted = Read(asked, context.User.Rights());
        var changed = new List<DocumentChange>();
        var same = new List<DocumentStep>();
        foreach (var change in wanted.Values)
        {
            // What is there already is no change, wherever it is kept.
            var present = rights.Find(context.User.Rights(), change.Path);
            if (present is not null && change.Content is { } content && present.Content.Span.SequenceEqual(content.Span)
                && (change.IfRevision is null || change.IfRevision == present.Revision))
            {
                same.Add(new DocumentStep(change.Path, "none", present.Revision));
            }
            else if (change.Content is not null || present is not null)
            {
                changed.Add(change);
            }
        }
        if (changed.Count == 0)
        {
            return TypedResults.Ok(new ChangeResult { DryRun = isDryRun, Documents = same, Machines = [] });
        }
        var result = await changes.MakeAsync(context.User, changed, isDryRun, context.RequestAborted);
        return TypedResults.Ok(result with { Documents = [.. result.Documents.Concat(same).OrderBy(step => step.Path, StringComparer.Ordinal)] });
    }

    private Dictionary<string, DocumentChange> Read(ApplyRequest asked, ImmutableArray<Right> caller)
    {
        var objects = asked.Objects ?? [];
        if (objects.Count > MaxObjects)
        {
            throw Fault("/objects", $"{MaxObjects} objects at most");
        }
        var wanted = new Dictionary<string, DocumentChange>(StringComparer.Ordinal);
        for (var i = 0; i < objects.Count; i++)
        {
            var pointer = string.Create(CultureInfo.InvariantCulture, $"/objects/{i}");
            if (objects[i] is not { } named)
            {
                throw Fault(pointer, "an object is missing");
            }
            var path = PathOf(named, pointer);
            if (!wanted.TryAdd(path, new DocumentChange(path, ContentOf(named, pointer)) { IfRevision = named.IfRevision }))
            {
                throw Fault(pointer, $"{path} stands here twice");
            }
        }
        foreach (var part in asked.Prune ?? [])
        {
            if (part is not ("groups" or "profiles" or "ignition" or "generic" or "cloud"))
            {
                throw Fault("/prune", $"'{part}' is none of groups, profiles, ignition, generic, cloud");
            }
            // What a file of the folder declares is its author's to remove, and what the caller does not see is not there for him.
            foreach (var document in rights.In(caller, part).Where(document => document.Origin == DocumentOrigin.Store))
            {
                wanted.TryAdd(document.Path, new DocumentChange(document.Path, null) { IfRevision = document.Revision });
            }
        }
        return wanted;
    }

    private static string PathOf(ApplyObject named, string pointer)
    {
        if (named.Path is { } path)
        {
            return DocumentKind.TryOf(path, out _, out _) ? path
                : throw Fault($"{pointer}/path", $"'{path}' is no document of the layout, such as groups/b7.json or ignition/worker.yaml");
        }
        var kind = named.Kind switch
        {
            "group" => DocumentKind.Group,
            "profile" => DocumentKind.Profile,
            var other => DocumentKind.Configs.FirstOrDefault(kind => kind.Part == other),
        };
        return kind is null ? throw Fault($"{pointer}/kind", $"an object has a path, or a kind that is group, profile, ignition, generic or cloud, not '{named.Kind}'")
            : kind.PathOf(named.Id ?? "") ?? throw Fault($"{pointer}/id", $"'{named.Id}' names no {kind.Noun}");
    }

    private static byte[] ContentOf(ApplyObject named, string pointer)
    {
        switch (named)
        {
            case { Content: { } text, ContentBase64: null, Object: null }:
                return Encoding.UTF8.GetBytes(text);
            case { Content: null, ContentBase64: { } coded, Object: null }:
                try
                {
                    return Convert.FromBase64String(coded);
                }
                catch (FormatException)
                {
                    throw Fault($"{pointer}/contentBase64", "this is no base64");
                }
            case { Content: null, ContentBase64: null, Object: { ValueKind: JsonValueKind.Object } json }:
                return Indented(json);
            default:
                throw Fault(pointer, "an object has one of content, contentBase64 and object");
        }
    }

    private static byte[] Indented(JsonElement json)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(octets, Written))
        {
            json.WriteTo(writer);
        }
        octets.Write("\n"u8);
        return octets.WrittenSpan.ToArray();
    }

    private static ProblemException Fault(string pointer, string detail) =>
        new(ProblemKind.InvalidRequest, detail, new ProblemError { Pointer = pointer, Detail = detail });
}

/// <summary>What the catalog's documents shall be.</summary>
public sealed record ApplyRequest
{
    public IReadOnlyList<ApplyObject>? Objects { get; init; }

    /// <summary>Parts of the layout (<c>groups</c>, <c>profiles</c>, ...) whose documents of the store that are no object here are removed.</summary>
    public IReadOnlyList<string>? Prune { get; init; }
}

/// <summary>One document.</summary>
public sealed record ApplyObject
{
    /// <summary>Its place in the layout, such as <c>groups/b7.json</c>; or else <see cref="Kind"/> and <see cref="Id"/>.</summary>
    public string? Path { get; init; }
    public string? Kind { get; init; }
    public string? Id { get; init; }

    /// <summary>What it holds, as text.</summary>
    public string? Content { get; init; }

    /// <summary>What it holds, where that is no text.</summary>
    public string? ContentBase64 { get; init; }

    /// <summary>What it holds, as JSON; written indented.</summary>
    public JsonElement? Object { get; init; }

    /// <summary>The revision that must be there; empty: nothing may be there; null: whatever is.</summary>
    public string? IfRevision { get; init; }
}
