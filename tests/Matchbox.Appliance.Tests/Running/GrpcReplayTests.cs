using System.Text.Json;
using Grpc.Core;
using Matchbox.Http.Grpc.Wire;
using Matchbox.Testing;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>What poseidon/matchbox answered to a sequence of calls, asked of the real program over mutual TLS.</summary>
public sealed class GrpcReplayTests : IAsyncDisposable
{
    // Written below the data folder there, and no place of a document here: docs/terraform.md.
    private const string OutOfTheLayout = "SG-064";

    private readonly RunningAppliance _appliance = new();

    private string Data => Path.Combine(_appliance.Folder, "data");

    public ValueTask DisposeAsync() => _appliance.DisposeAsync();

    [Theory]
    [InlineData("folder")]
    [InlineData("store")]
    public async Task Each_recorded_call_is_answered_alike_and_changes_the_same_files(string writeTo)
    {
        using var clients = new GrpcClients(Path.Combine(_appliance.Folder, "certs"));
        Assert.Equal(0, (await RunningAppliance.RunAsync("certs", "init", "--out", Path.Combine(_appliance.Folder, "certs"), "--host", "127.0.0.1", "--client", "terraform")).Code);
        _appliance.Configure($"{clients.Settings()}\nwrite-to: {writeTo}");
        await _appliance.StartAsync();
        Assert.Contains("Every client certificate of the gRPC authority has the role admin", _appliance.Output, StringComparison.Ordinal);

        var invoker = clients.Connect(_appliance.GrpcUrl, "terraform");
        var differences = new List<string>();
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var calls = 0;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Corpus.MatchboxStores, "grpc", "calls.jsonl"), TestContext.Current.CancellationToken))
        {
            using var json = JsonDocument.Parse(line);
            var recorded = json.RootElement;
            var id = recorded.GetProperty("id").GetString();
            calls++;
            var answer = await AnswerAsync(invoker, recorded);
            if (id == OutOfTheLayout)
            {
                Assert.StartsWith($"{(int)StatusCode.InvalidArgument} ", answer, StringComparison.Ordinal);
                continue;
            }
            var expected = $"{recorded.GetProperty("code").GetInt32()} {recorded.GetProperty("message").GetString()!.Replace("/var/lib/matchbox", Data, StringComparison.Ordinal)} "
                + (recorded.TryGetProperty("response_b64", out var response) ? Readable(recorded, response.GetBytesFromBase64()) : "");
            if (answer != expected)
            {
                differences.Add($"{id}: {answer} instead of {expected}");
            }
            foreach (var file in recorded.TryGetProperty("files_changed", out var changed) ? changed.EnumerateObject() : default)
            {
                _ = file.Value.ValueKind == JsonValueKind.Null ? files.Remove(file.Name) : (files[file.Name] = file.Value.GetString()!) is not null;
            }
            var written = FilesOf(Data);
            if (!written.SequenceEqual(writeTo == "folder" ? files : []))
            {
                differences.Add($"{id}: the files differ: {string.Join(", ", written.Except(files).Concat(files.Except(written)).Take(3))}");
            }
        }
        Assert.True(calls > 80, $"{calls} calls are not all that were recorded");
        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(20)));

        // What the store kept, as the files that it stands for.
        var copy = Path.Combine(_appliance.Folder, "copy");
        var exported = await _appliance.CommandAsync("export", copy);
        Assert.True(exported.Code == 0, exported.Error);
        Assert.Equal(files, FilesOf(copy));
    }

    private static SortedDictionary<string, string> FilesOf(string folder)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(folder, file)] = File.ReadAllText(file);
        }
        return files;
    }

    // As text: Go writes the empty values of a map out, C# does not, and both mean the same.
    private static string Readable(JsonElement recorded, byte[] response)
    {
        var name = recorded.GetProperty("method").GetString()!.Split('/')[2] + "Response";
        return MessagesReflection.Descriptor.MessageTypes.Single(type => type.Name == name).Parser.ParseFrom(response).ToString() ?? "";
    }

    private static async Task<string> AnswerAsync(CallInvoker invoker, JsonElement recorded)
    {
        try
        {
            var request = recorded.TryGetProperty("request_b64", out var text) ? text.GetBytesFromBase64() : [];
            return $"0  {Readable(recorded, await GrpcClients.CallAsync(invoker, recorded.GetProperty("method").GetString()!, request))}";
        }
        catch (RpcException refused)
        {
            return $"{(int)refused.StatusCode} {refused.Status.Detail} ";
        }
    }
}
