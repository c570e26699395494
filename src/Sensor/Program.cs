using System.Runtime.InteropServices;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Hosting;

using var stop = new CancellationTokenSource();

// The first signal ends the run in order, the second at once.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return CommandLine.Run(args, Terminal.OfProcess(), stop.Token);

void Stop(PosixSignalContext context)
{
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
