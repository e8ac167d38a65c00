using System.Collections.Immutable;
using Grpc.Core;
using Matchbox.Core.Access;
using Matchbox.Http.Access;

namespace Matchbox.Http.Grpc;

/// <summary>One call that its client may make.</summary>
/// <param name="Rights">What the client may see and change, perhaps of a part of the machines alone.</param>
/// <param name="Cancellation">The client no longer waits.</param>
internal sealed record GrpcCall(ImmutableArray<Right> Rights, CancellationToken Cancellation)
{
    /// <summary>The client sees everything, and so may be told what stands where.</summary>
    public bool SeesAll => AccessRules.HoldsEverywhere(Rights, Role.Viewer);

    /// <summary>A call that changes something needs an operator, one that shows something a viewer; either right may be limited.</summary>
    /// <exception cref="RpcException">The client may not.</exception>
    public static GrpcCall Of(ServerCallContext context, Role role)
    {
        var user = context.GetHttpContext().User;
        if (user.May(role))
        {
            return new GrpcCall(user.Rights(), context.CancellationToken);
        }
        var subject = context.GetHttpContext().Connection.ClientCertificate?.Subject ?? "who shows no certificate";
        throw new RpcException(new Status(StatusCode.PermissionDenied, $"{Core.ClientText.Escape(subject)} needs the right {Right.NameOf(role)}, which grpc.roles does not give"));
    }
}
