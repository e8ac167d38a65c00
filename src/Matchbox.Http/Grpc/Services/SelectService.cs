using Google.Protobuf.Collections;
using Grpc.Core;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc.Services;

/// <summary>rpcpb.Select: what a machine of those labels would get. Labels are compared as they are sent; the selectors' MACs are normalised.</summary>
internal sealed class SelectService(DocumentTree tree)
{
    private const string NoGroup = "matchbox: No matching Group", NoProfile = "matchbox: No matching Profile";

    public Task<SelectGroupResponse> GroupAsync(SelectGroupRequest request, CancellationToken cancellation) =>
        Task.FromResult(new SelectGroupResponse { Group = Select(request.Labels) ?? throw Answer.NotFound(NoGroup) });

    public Task<SelectProfileResponse> ProfileAsync(SelectProfileRequest request, CancellationToken cancellation)
    {
        Group? group;
        try
        {
            group = Select(request.Labels);
        }
        catch (RpcException)
        {
            // Without a folder of groups there is no group, here alone.
            group = null;
        }
        return group is null ? throw Answer.NotFound(NoGroup) : Task.FromResult(new SelectProfileResponse { Profile = ProfileOf(group) });
    }

    private Profile ProfileOf(Group group)
    {
        try
        {
            return ProfilesService.Get(tree, group.Profile);
        }
        catch (RpcException)
        {
            throw Answer.NotFound(NoProfile);
        }
    }

    // Most selectors first, then the text k=v,... descending; whoever sends no labels at all gets the default group alone.
    private Group? Select(MapField<string, string> labels) => GroupsService.List(tree)
        .OrderByDescending(group => group.Selector.Count)
        .ThenByDescending(SelectorText, StringComparer.Ordinal)
        .FirstOrDefault(group => group.Selector.All(pair => labels.Count > 0 && (labels.TryGetValue(pair.Key, out var label) ? label : "") == pair.Value));

    private static string SelectorText(Group group) =>
        string.Join(',', group.Selector.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
}
