using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Matchbox.Http.Tests.Boot;

/// <summary>One recorded request with poseidon/matchbox's answer, as <c>tests/corpus/matchbox.md</c> describes them.</summary>
internal sealed class CorpusCase(JsonElement recorded)
{
    private static readonly string[] Compared =
        ["Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "Location", "X-Content-Type-Options", "Last-Modified", "Allow", "Etag", "Cache-Control"];

    private readonly JsonElement _request = recorded.GetProperty("request");
    private readonly JsonElement _response = recorded.GetProperty("response");

    public string Id => recorded.GetProperty("id").GetString()!;

    public string Method => _request.GetProperty("method").GetString()!;

    public string Target => _request.GetProperty("target").GetString()!;

    public int Status => _response.GetProperty("status").GetInt32();

    public bool IsSignature => Kind.StartsWith("pgp", StringComparison.Ordinal);


    private string Kind => recorded.TryGetProperty("compare", out var compare) ? compare.GetProperty("body").GetString()! : "exact";

    public static IEnumerable<CorpusCase> Of(string store)
    {
        foreach (var line in File.ReadLines(Path.Combine(store, "cases.jsonl")))
        {
            using var parsed = JsonDocument.Parse(line);
            yield return new CorpusCase(parsed.RootElement.Clone());
        }
    }

    /// <summary>Asks the same, of another path where one is given.</summary>
    public async Task<Answer> AskAsync(BootHost host, string? target, CancellationToken cancellation)
    {
        var text = new StringBuilder().Append(Method).Append(' ').Append(target ?? Target).Append(" HTTP/1.1\r\n");
        var headers = new Dictionary<string, string> { ["Host"] = "matchbox.test:8080", ["Connection"] = "close" };
        if (_request.TryGetProperty("headers", out var given))
        {
            foreach (var header in given.EnumerateObject())
            {
                headers[header.Name] = header.Value.GetString()!;
            }
        }
        var body = _request.TryGetProperty("body", out var sent) ? sent.GetString()! : "";
        if (body.Length > 0)
        {
            headers["Content-Length"] = Encoding.UTF8.GetByteCount(body).ToString(CultureInfo.InvariantCulture);
        }
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }
        return Answer.Parse(await host.RawAsync(text.Append("\r\n").Append(body).ToString(), cancellation));
    }

    /// <summary>How an answer differs from the recorded one; null: it does not.</summary>
    public string? Difference(Answer answer)
    {
        if (answer.Status != Status)
        {
            return $"{answer.Status} instead of {Status}";
        }
        foreach (var name in Compared)
        {
            var expected = _response.GetProperty("headers").TryGetProperty(name, out var value) ? value.GetString() : null;
            var given = answer.Headers.GetValueOrDefault(name);
            // Bodies over 2 kB are chunked there; ours always say their length.
            if (name == "Content-Length" && (expected is null || IsSignature))
            {
                continue;
            }
            if (expected == "*" ? given is null : expected != given)
            {
                return $"{name}: {given ?? "-"} instead of {expected ?? "-"}";
            }
        }
        if (Method == "HEAD" || IsSignature)
        {
            return null;
        }
        var body = _response.TryGetProperty("body_b64", out var encoded) ? Convert.FromBase64String(encoded.GetString()!)
            : _response.TryGetProperty("body", out var text) ? Encoding.UTF8.GetBytes(text.GetString()!)
            : [];
        var same = Kind == "lines" ? Lines(body).SequenceEqual(Lines(answer.Body)) : body.AsSpan().SequenceEqual(answer.Body);
        return same ? null : $"body:\n{Encoding.UTF8.GetString(answer.Body)}\ninstead of\n{Encoding.UTF8.GetString(body)}";
    }

    private static IEnumerable<string> Lines(byte[] body) => Encoding.Latin1.GetString(body).Split('\n').Order(StringComparer.Ordinal);
}

/// <summary>An HTTP answer, taken apart.</summary>
internal sealed record Answer(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    public static Answer Parse(byte[] octets)
    {
        var end = octets.AsSpan().IndexOf("\r\n\r\n"u8);
        var head = Encoding.Latin1.GetString(octets, 0, end).Split("\r\n");
        var headers = head.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new Answer(int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, octets[(end + 4)..]);
    }
}
