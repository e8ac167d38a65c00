using System.Text;
using System.Text.Json;
using Grpc.Core;
using Matchbox.Http.Grpc.Wire;
using Matchbox.Testing;

namespace Matchbox.Http.Tests.Grpc;

/// <summary>What poseidon/matchbox answered to a sequence of calls, asked again with a real client over real TLS.</summary>
public sealed class RecordedCallTests
{
    private static readonly Marshaller<byte[]> Octets = Marshallers.Create<byte[]>(octets => octets, octets => octets);

    [Fact]
    public async Task Each_recorded_call_is_answered_alike_and_changes_the_same_files()
    {
        await using var host = await GrpcHost.StartAsync();
        var invoker = host.Connect().CreateCallInvoker();
        var differences = new List<string>();
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var calls = 0;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Corpus.MatchboxStores, "grpc", "calls.jsonl"), TestContext.Current.CancellationToken))
        {
            using var recorded = JsonDocument.Parse(line);
            calls++;
            var id = recorded.RootElement.GetProperty("id").GetString();
            var expected = $"{recorded.RootElement.GetProperty("code").GetInt32()} {recorded.RootElement.GetProperty("message").GetString()} "
                + (recorded.RootElement.TryGetProperty("response_b64", out var response) ? Readable(recorded.RootElement, response.GetBytesFromBase64()) : "");
            var answer = await CallAsync(invoker, recorded.RootElement);
            if (answer != expected)
            {
                differences.Add($"{id}: {answer} instead of {expected}");
            }
            foreach (var file in recorded.RootElement.TryGetProperty("files_changed", out var changed) ? changed.EnumerateObject() : default)
            {
                _ = file.Value.ValueKind == JsonValueKind.Null ? files.Remove(file.Name) : (files[file.Name] = file.Value.GetString()!) is not null;
            }
            var kept = new SortedDictionary<string, string>(
                host.Documents.All.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetString(pair.Value.Content.Span)), StringComparer.Ordinal);
            if (!kept.SequenceEqual(files))
            {
                differences.Add($"{id}: the files differ: {string.Join(", ", kept.Except(files).Concat(files.Except(kept)).Take(3))}");
            }
        }

        Assert.True(calls > 80, $"{calls} calls are not all that were recorded");
        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(20)));
    }

    // As text: Go writes the empty values of a map out, C# does not, and both mean the same.
    private static string Readable(JsonElement recorded, byte[] response)
    {
        var name = recorded.GetProperty("method").GetString()!.Split('/')[2] + "Response";
        return MessagesReflection.Descriptor.MessageTypes.Single(type => type.Name == name).Parser.ParseFrom(response).ToString() ?? "";
    }

    private static async Task<string> CallAsync(CallInvoker invoker, JsonElement recorded)
    {
        var path = recorded.GetProperty("method").GetString()!.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.Unary, path[1], path[2], Octets, Octets);
        var request = recorded.TryGetProperty("request_b64", out var text) ? Convert.FromBase64String(text.GetString()!) : [];
        try
        {
            using var call = invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: TestContext.Current.CancellationToken), request);
            return $"0  {Readable(recorded, await call.ResponseAsync)}";
        }
        catch (RpcException refused)
        {
            return $"{(int)refused.StatusCode} {refused.Status.Detail} ";
        }
    }
}
