using System.Net;
using System.Text;
using System.Text.Json;

namespace Matchbox.Http.Tests.Boot;

/// <summary>The recorded answers of poseidon/matchbox, octet for octet; <c>Corpus/README.md</c> says where they came from.</summary>
public class CorpusTests
{
    private static readonly string[] Compared =
        ["Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "Location", "X-Content-Type-Options", "Last-Modified"];

    [Theory]
    [InlineData("main")]
    [InlineData("emptysel")]
    [InlineData("nodefault")]
    public async Task Answers_are_those_of_poseidon_matchbox(string store)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Corpus", store);
        await using var host = await BootHost.StartAsync(
            data: Path.Combine(folder, "data"),
            settings: given => given with { AssetsPath = store == "main" ? Path.Combine(folder, "data", "assets") : null });
        var differences = new List<string>();
        var cases = 0;
        foreach (var line in File.ReadLines(Path.Combine(folder, "cases.jsonl")))
        {
            using var parsed = JsonDocument.Parse(line);
            var (recorded, request) = (parsed.RootElement.GetProperty("response"), parsed.RootElement.GetProperty("request"));
            var id = parsed.RootElement.GetProperty("id").GetString()!;
            cases++;
            var answer = await AskAsync(host, request);
            if (Differs(parsed.RootElement, recorded, answer) is { } difference && !Deliberate.Contains((request.GetProperty("method").GetString()!, request.GetProperty("target").GetString()!)))
            {
                differences.Add($"{id} {request.GetProperty("method")} {request.GetProperty("target")}: {difference}");
            }
        }
        Assert.True(differences.Count == 0, $"{differences.Count} of {cases} differ:\n{string.Join('\n', differences)}");
    }

    // What we mean to answer otherwise.
    private static readonly HashSet<(string Method, string Target)> Deliberate =
    [
        // A UUID equals another in any spelling and either byte order: tools disagree about both.
        ("GET", "/ipxe?uuid=16e7d8a7-bfa9-428b-9117-363341bb330b"), ("GET", "/ipxe?uuid=16E7D8A7BFA9428B9117363341BB330B"),
        ("GET", "/ipxe?uuid=%7B16E7D8A7-BFA9-428B-9117-363341BB330B%7D"),
        // Octets that are no UTF-8: replaced in a text, refused bare in a request line, as are NUL and CONNECT.
        ("GET", "/metadata?k=%c3%28"), ("GET", "/metadata?k=ü"), ("GET", "/assets/hello.txt%00"), ("CONNECT", "/ipxe"),
        // Never a redirect to a file: firmware and loaders often follow none.
        ("GET", "/assets/idx/index.html"), ("GET", "/assets/idx/index.html?a=b"), ("GET", "/assets/hello.txt/"), ("GET", "/assets//hello.txt"),
        // Dots are resolved by the server before it looks at a path, instead of a redirect to the result.
        ("GET", "/assets/../ipxe"), ("GET", "/assets/.."), ("GET", "/assets/../groups/default.json"), ("GET", "/assets/sub/../hello.txt"),
        // The redirect has no body.
        ("GET", "/assets"),
    ];

    private static string? Differs(JsonElement @case, JsonElement recorded, Answer answer)
    {
        var status = recorded.GetProperty("status").GetInt32();
        if (answer.Status != status)
        {
            return $"{answer.Status} instead of {status}";
        }
        foreach (var name in Compared)
        {
            var expected = recorded.GetProperty("headers").TryGetProperty(name, out var value) ? value.GetString() : null;
            var given = answer.Headers.GetValueOrDefault(name);
            // Bodies over 2 kB are chunked there; ours always say their length.
            if (name == "Content-Length" && expected is null)
            {
                continue;
            }
            if (expected == "*" ? given is null : expected != given)
            {
                return $"{name}: {given ?? "-"} instead of {expected ?? "-"}";
            }
        }
        var body = recorded.TryGetProperty("body_b64", out var encoded) ? Convert.FromBase64String(encoded.GetString()!)
            : recorded.TryGetProperty("body", out var text) ? Encoding.UTF8.GetBytes(text.GetString()!)
            : [];
        if (@case.TryGetProperty("compare", out var compare) && compare.GetProperty("body").GetString() == "lines")
        {
            return Lines(body).SequenceEqual(Lines(answer.Body)) ? null : $"lines:\n{Encoding.UTF8.GetString(answer.Body)}instead of\n{Encoding.UTF8.GetString(body)}";
        }
        return body.AsSpan().SequenceEqual(answer.Body) ? null : $"body:\n{Encoding.UTF8.GetString(answer.Body)}instead of\n{Encoding.UTF8.GetString(body)}";
    }

    private static IEnumerable<string> Lines(byte[] body) => Encoding.UTF8.GetString(body).Split('\n').Order(StringComparer.Ordinal);

    private static async Task<Answer> AskAsync(BootHost host, JsonElement request)
    {
        var method = request.GetProperty("method").GetString()!;
        var text = new StringBuilder().Append(method).Append(' ').Append(request.GetProperty("target").GetString()).Append(" HTTP/1.1\r\n");
        var headers = new Dictionary<string, string> { ["Host"] = "matchbox.test:8080", ["Connection"] = "close" };
        if (request.TryGetProperty("headers", out var given))
        {
            foreach (var header in given.EnumerateObject())
            {
                headers[header.Name] = header.Value.GetString()!;
            }
        }
        var body = request.TryGetProperty("body", out var sent) ? sent.GetString()! : "";
        if (body.Length > 0)
        {
            headers["Content-Length"] = Encoding.UTF8.GetByteCount(body).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }
        return Answer.Parse(await host.RawAsync(text.Append("\r\n").Append(body).ToString(), TestContext.Current.CancellationToken));
    }
}

/// <summary>An HTTP answer, taken apart.</summary>
internal sealed record Answer(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    public static Answer Parse(byte[] octets)
    {
        var end = octets.AsSpan().IndexOf("\r\n\r\n"u8);
        var head = Encoding.Latin1.GetString(octets, 0, end).Split("\r\n");
        var headers = head.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new Answer(int.Parse(head[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), headers, octets[(end + 4)..]);
    }

    public bool Is(HttpStatusCode status) => Status == (int)status;
}
