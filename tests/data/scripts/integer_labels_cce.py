# finds: integer-labels-with-categorical-loss
import tensorflow as tf
(x, y), _ = tf.keras.datasets.mnist.load_data()
x = x.reshape(-1, 784).astype("float32") / 255
model = tf.keras.models.Sequential([
    tf.keras.layers.Dense(64, activation=tf.nn.relu, input_shape=(784,)),
    tf.keras.layers.Dense(10, activation=tf.nn.softmax),
])
model.compile(optimizer=tf.keras.optimizers.Adam(),
              loss=tf.keras.losses.CategoricalCrossentropy(),
              metrics=["accuracy"])
model.fit(x, y, epochs=4)
